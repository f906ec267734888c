#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace galen::data {

/// How an image lies in its file: 1 … 8 as Exif numbers them (CIPA DC-008, tag 0x0112). 1: as it is to be seen.
using ExifOrientation = int;

/// What the metadata of a file say of its orientation, in whatever order they are found. Exif goes before XMP, and the first of each
/// before others, as in Pillow. Damaged metadata say nothing.
class OrientationTags {
 public:
  void add_exif(std::span<const std::uint8_t> tiff);  ///< a TIFF structure, with "Exif\0\0" before it or not
  void add_xmp(std::string_view packet);

  /// 1 where nothing is said, or a number that is no orientation.
  ExifOrientation orientation() const;

 private:
  std::optional<std::uint32_t> exif_;
  std::optional<std::uint32_t> xmp_;
};

/// Whether height and width are to be seen the other way round.
inline bool swaps_axes(ExifOrientation orientation) { return orientation >= 5; }

/// `pixels` […, H, W] as they are to be seen, contiguous.
at::Tensor upright(const at::Tensor& pixels, ExifOrientation orientation);

}  // namespace galen::data
