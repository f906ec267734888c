#include "data/transforms/fill.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::data {

float smallest_finite(const float* values, long size) {
  float smallest = std::numeric_limits<float>::infinity();
  for (long i = 0; i < size; ++i) {
    if (std::isfinite(values[i])) smallest = std::min(smallest, values[i]);
  }
  return std::isfinite(smallest) ? smallest : 0;
}

}  // namespace galen::data
