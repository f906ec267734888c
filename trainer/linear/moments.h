#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/linear/rows.h"

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// What is known of the columns of all workers' rows before anything is fitted. The same bits on every rank, whatever their number.
struct Moments {
  std::int64_t rows = 0;
  std::int64_t patients = 0;
  std::vector<double> mean = {}, deviation = {};  ///< [columns]; the deviation divides by n
  std::vector<char> constant = {};                ///< [columns]: one value only
  std::int64_t rows_that_are_not_finite = 0;      ///< NaN or infinity in a column or in the target
};

/// One pass over the rows. Collective.
Moments moments_of(const Rows& rows, const LaneSums& sums);

}  // namespace galen::trainer::linear
