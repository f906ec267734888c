#include "data/formats/medical/value_range.h"

#include <ATen/ops/clamp.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/round.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::data {
namespace {

struct Limits {
  double lowest;
  double highest;
};

template <typename Number>
constexpr Limits kLimits = {std::numeric_limits<Number>::lowest(), std::numeric_limits<Number>::max()};

Limits limits_of(at::ScalarType type) {
  return type == at::kByte ? kLimits<std::uint8_t> : type == at::kInt ? kLimits<std::uint16_t> : kLimits<std::int16_t>;
}

}  // namespace

ValueRange ValueRange::rescaled(double lowest, double highest, double slope, double intercept) {
  const double a = lowest * slope + intercept;
  const double b = highest * slope + intercept;
  return {std::min(a, b), std::max(a, b), slope == std::floor(slope) && intercept == std::floor(intercept)};
}

ValueRange ValueRange::of(double value) { return {value, value, value == std::floor(value)}; }

void ValueRange::include(const ValueRange& other) {
  lowest = std::min(lowest, other.lowest);
  highest = std::max(highest, other.highest);
  is_whole = is_whole && other.is_whole;
}

at::ScalarType ValueRange::type() const {
  if (!is_whole) return at::kFloat;
  for (const at::ScalarType type : {at::kByte, at::kInt, at::kShort}) {
    const Limits limits = limits_of(type);
    if (lowest >= limits.lowest && highest <= limits.highest) return type;
  }
  return at::kFloat;
}

void store_values(const at::Tensor& values, at::Tensor& into) {
  if (into.scalar_type() == at::kFloat) {
    into.copy_(values);
    return;
  }
  const Limits limits = limits_of(into.scalar_type());
  into.copy_(at::clamp(at::round(at::nan_to_num(values)), limits.lowest, limits.highest));
}

}  // namespace galen::data
