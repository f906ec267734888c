#pragma once

#include "trainer/measures/statistics/interval.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// The 95 % interval of a metric from its values in resamples: bias-corrected and accelerated percentiles (Efron, Journal of the American
/// Statistical Association 82, 1987), interpolated linearly as in NumPy. `influences`: see Figures. Values that are not finite are
/// excluded, and counted. If the others do not vary, there is no interval.
struct BcaInterval {
  BcaInterval(double value, std::vector<double> resampled, std::span<const double> influences);

  Interval interval;
  std::int64_t undefined = 0;  ///< resamples that were excluded
};

}  // namespace galen::trainer
