#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/linear/design.h"
#include "trainer/linear/family.h"
#include "trainer/samples/table_rows.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// What the rows say where all slopes are 0, and how their columns are: what the first round of any fit needs. All that there is to know of
/// the rows for least squares.
struct Start {
  Moments moments = {};
  Matrix gram = {};                   ///< XᵀX of the design of all columns that are not constant; empty where it was not asked for
  std::vector<double> gradient = {};  ///< [outputs · width of that design]: Xᵀr, the way down
  std::vector<double> intercepts = {};
  double loss = 0;
  double not_separated = 0;  ///< rows whose margin is not positive
};

/// Reads the rows once for the Gram matrix and what else there is: they are summed about the mean of a sample of them, and the sums are
/// moved to the means of all. Where that sample was far off they are read again. Without the Gram matrix they are read three times. Values
/// that are not finite throw galen::Error. Collective; the same bits on every rank, whatever their number.
Start start_of(const TableRows& rows, const LaneSums& sums, const Family& family, std::span<const double> intercepts, bool with_gram);

/// Throws galen::Error if a row of any worker has a column or a target that is NaN or infinite. Collective.
void refuse_rows_that_are_not_finite(const TableRows& rows, const LaneSums& sums);

}  // namespace galen::trainer::linear
