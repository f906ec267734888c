#pragma once

#include "data/formats/images/exif.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace galen::data {

/// What the pixels of an image file are, once palettes are looked up and transparency is dropped.
struct ImageForm {
  std::int64_t channels = 1;  ///< 1 grey, 3 red, green, blue
  std::int64_t pages = 0;     ///< of a TIFF file with several: a volume; 0: a flat image
  std::int64_t height = 0;
  std::int64_t width = 0;
  at::ScalarType type = at::kByte;  ///< kByte, kInt (16 bits without sign) or kFloat (all other numbers)

  std::vector<std::int64_t> shape() const;  ///< [C, H, W] or [C, D, H, W]
  bool operator==(const ImageForm&) const = default;
};

template <typename Archive>
void fields(Archive& archive, ImageForm& form) {
  archive(form.channels, form.pages, form.height, form.width, form.type);
}

/// What a pixel of an image with a palette is: its colour, or its number in the palette, as masks have it.
enum class Palette { kColours, kNumbers };

/// A PNG, JPEG, TIFF or BMP file, open behind its header. A damaged file or one of a kind that cannot be shown right (CMYK, LAB, more
/// channels) throws galen::Error that names it, here or in read().
class ImageFile {
 public:
  virtual ~ImageFile() = default;
  const ImageForm& form() const { return form_; }

  /// How the image lies in the file; form() and read() have it upright.
  ExifOrientation orientation() const { return orientation_; }

  /// Whether pixels are numbers of a palette that are no shades of grey.
  bool holds_palette_numbers() const { return holds_palette_numbers_; }

  /// Whether compression may have changed values.
  virtual bool is_jpeg() const { return false; }

  /// What reading changes or drops, each as a sentence without subject: "transparency is dropped".
  const std::vector<std::string>& changes() const { return changes_; }

  /// The pixels, as form() says; once.
  virtual at::Tensor read() = 0;

 protected:
  /// `stored`: as the image lies in the file. Throws where an image cannot have such a size.
  void set_form(const std::string& path, const ImageForm& stored, ExifOrientation orientation = 1);
  void add_change(const std::string& change) { changes_.push_back(change); }
  void set_palette_numbers(bool holds) { holds_palette_numbers_ = holds; }
  at::Tensor empty() const;

 private:
  ImageForm form_;
  ExifOrientation orientation_ = 1;
  std::vector<std::string> changes_;
  bool holds_palette_numbers_ = false;
};

inline constexpr char kDropsTransparency[] = "transparency is dropped, colours are taken as they are stored";

/// Opens by the content, whatever the name.
std::unique_ptr<ImageFile> open_image(const std::string& path, Palette palette = Palette::kColours);

/// Whether a file's name ends as that of an image does; whether its first bytes are those of one, too.
bool has_image_name(const std::string& path);
bool is_image_file(const std::string& path);

/// One page of samples that lie pixel by pixel, `stored` of them each, of which the first ones are the channels, to planes of `pixels`.
template <typename Sample, typename Value>
void separate_channels(const Sample* samples, std::int64_t stored, std::int64_t pixels, std::int64_t channels, std::int64_t plane_stride,
                       Value* planes) {
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t i = 0; i < pixels; ++i) planes[c * plane_stride + i] = static_cast<Value>(samples[i * stored + c]);
  }
}

}  // namespace galen::data
