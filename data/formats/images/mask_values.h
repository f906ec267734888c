#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace galen::data {

/// Which class each value of a data set's masks is.
struct MaskClasses {
  std::map<std::int32_t, std::uint8_t> class_of;
  std::vector<std::string> names;  ///< one for each class; empty: classes are the numbers that masks hold
  std::string note;                ///< what became of the values

  /// [H, W] values → u8. Throws galen::Error, which begins with `file`, where a value has no class.
  at::Tensor apply(const at::Tensor& values, const std::string& file) const;
};

/// The values of a data set's masks, counted before any is imported, as classes are numbered over all of them.
class MaskValues {
 public:
  /// One mask's values, [H, W] i32: grey, or a palette's number; a colour as kColour | red << 16 | green << 8 | blue. Throws galen::Error
  /// where there are more values than any mask has.
  static constexpr std::int32_t kColour = 1 << 24;
  void count(const at::Tensor& values, const std::string& file, bool from_palette, bool from_jpeg);

  /// 0 and 255 are classes 0 and 1; a palette's numbers, and values 0 … k - 1, are classes as they are; other values and colours become
  /// 0 … k - 1 in their order. Throws galen::Error, which begins with `source`, where values are no classes: too many, or such as
  /// smoothing and JPEG's compression make along borders.
  MaskClasses classes(const std::string& source) const;

  /// Those of masks that come after.
  void add(const MaskValues& others);

  /// Of the values of one mask. More than any mask has are cut: they are refused anyway.
  template <typename Archive>
  friend void fields(Archive& archive, MaskValues& mask) {
    std::vector<std::int32_t> values;
    std::vector<std::int64_t> pixels, between;
    for (const auto& [value, count] : mask.counts_) {
      if (values.size() > kMostClasses) break;
      values.push_back(value);
      pixels.push_back(count.pixels);
      between.push_back(count.between);
    }
    archive(values, pixels, between, mask.palette_file_, mask.other_file_, mask.any_with_1_and_255_);
    const std::string& file = mask.palette_file_.empty() ? mask.other_file_ : mask.palette_file_;
    mask.counts_.clear();
    for (std::size_t i = 0; i < values.size(); ++i) mask.counts_[values[i]] = {pixels[i], between[i], file};
  }

 private:
  static constexpr std::size_t kMostClasses = 256;
  struct Count {
    std::int64_t pixels = 0;
    std::int64_t between = 0;  ///< of them, with neighbours on both sides of their value: as on a smoothed border
    std::string file;          ///< the first
  };
  void expect_no_blur(const std::string& source) const;

  std::map<std::int32_t, Count> counts_;
  std::string palette_file_, other_file_;  ///< the first of each
  bool any_with_1_and_255_ = false;
};

}  // namespace galen::data
