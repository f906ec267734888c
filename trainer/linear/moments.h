#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// Statistics of the columns of all workers' rows before the fit. The same bits on every rank, for any number of them.
struct Moments {
  std::int64_t rows = 0;
  std::int64_t patients = 0;
  std::vector<double> mean = {}, deviation = {};  ///< [columns]; the deviation divides by n
  std::vector<char> constant = {};                ///< [columns]: one value only
};

}  // namespace galen::trainer::linear
