#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// What is known of the columns of all workers' rows before anything is fitted. The same bits on every rank, whatever their number.
struct Moments {
  std::int64_t rows = 0;
  std::int64_t patients = 0;
  std::vector<double> mean = {}, deviation = {};  ///< [columns]; the deviation divides by n
  std::vector<char> constant = {};                ///< [columns]: one value only
};

}  // namespace galen::trainer::linear
