#pragma once

#include <ATen/core/Tensor.h>

namespace galen::data {

/// Which values the samples of a source can have, as far as their headers tell.
struct ValueRange {
  double lowest = 0;
  double highest = 0;
  bool is_whole = true;  ///< all of them are whole numbers

  /// Of stored values after `slope` and `intercept`.
  static ValueRange rescaled(double lowest, double highest, double slope, double intercept);

  static ValueRange of(double value);

  void include(const ValueRange& other);

  /// The smallest type for all of them: kByte, kInt (written as u16), kShort, else kFloat.
  at::ScalarType type() const;
};

template <typename Archive>
void fields(Archive& archive, ValueRange& range) {
  archive(range.lowest, range.highest, range.is_whole);
}

/// Copies `values` f32 into `into` of the same shape; whole types get the nearest number that they can hold (kInt: 0 … 65535).
void store_values(const at::Tensor& values, at::Tensor& into);

}  // namespace galen::data
