#pragma once

#include <cmath>
#include <cstdint>

namespace galen::data {

struct MeanAndDeviation {
  double mean = 0;
  double deviation = 0;
};

/// Of `size` > 0 values, in two passes; population deviation.
inline MeanAndDeviation mean_and_deviation(const float* values, std::int64_t size) {
  double sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += values[i];
  const double mean = sum / static_cast<double>(size);
  double squares = 0;
  for (std::int64_t i = 0; i < size; ++i) squares += (values[i] - mean) * (values[i] - mean);
  return {mean, std::sqrt(squares / static_cast<double>(size))};
}

}  // namespace galen::data
