#pragma once

#include <ATen/core/Tensor.h>

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

 private:
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
