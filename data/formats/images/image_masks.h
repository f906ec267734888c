#pragma once

#include "data/formats/images/image_file.h"
#include "data/formats/images/mask_pairs.h"
#include "data/formats/images/mask_values.h"
#include "data/formats/source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What the masks of one image hold.
struct MaskFacts {
  MaskValues values;                ///< of its one mask; where masks are joined, none
  std::int64_t shared_pixels = 0;   ///< that several masks mark
  bool drops_transparency = false;  ///< of any of them
};

template <typename Archive>
void fields(Archive& archive, MaskFacts& facts) {
  archive(facts.values, facts.shared_pixels, facts.drops_transparency);
}

/// The masks of a data set's images. All are looked through once before the first is imported: their values tell the classes.
class ImageMasks {
 public:
  ImageMasks(std::string source, const MaskPairs& pairs, const std::vector<std::int64_t>& size);

  bool empty() const { return masks_.empty(); }

  /// Reads the masks of an image. Throws galen::Error where they are damaged or do not lie on the image's pixels.
  MaskFacts look_through(const std::string& image, const ImageFile& opened) const;

  /// Takes the masks of an image into account. In the order of images.
  void count(const std::string& image, const MaskFacts& facts);

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
