#pragma once

#include "data/import/images/image_file.h"
#include "data/import/images/mask_pairs.h"
#include "data/import/images/mask_values.h"
#include "data/import/source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// The masks of a data set's images. All are looked through once before the first is imported: their values tell the classes.
class ImageMasks {
 public:
  ImageMasks(std::string source, const MaskPairs& pairs, const std::vector<std::int64_t>& size);

  bool empty() const { return masks_.empty(); }

  /// Takes the masks of an image into account. Throws galen::Error where they are damaged or do not lie on the image's pixels; they do not
  /// count then.
  void look_through(const std::string& image, const ImageFile& opened);

  /// Decides what values mean, when all have been looked through, and says so.
  void decide(Source& source);

  /// Classes of an image's pixels, [H, W] u8: of several masks, 1 where any of them marks the pixel. In the size of the data set.
  at::Tensor read(const std::string& image) const;

  std::vector<std::string> files(const std::string& image) const;  ///< paths

 private:
  std::string source_;
  std::map<std::string, std::vector<std::string>> masks_;
  std::vector<std::int64_t> size_;
  bool joined_ = false;  ///< some images have several masks
  std::int64_t parts_ = 0;
  std::int64_t shared_pixels_ = 0;  ///< that several masks of an image mark
  bool transparent_ = false;
  MaskValues values_;
  MaskClasses classes_;
};

}  // namespace galen::data
