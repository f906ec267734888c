#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/linear/design.h"
#include "trainer/linear/family.h"
#include "trainer/samples/table_rows.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// The sums over the rows with all slopes 0, and the moments of the columns, for the first round of any fit. For least squares these sums
/// are sufficient.
struct Start {
  Moments moments = {};
  Matrix gram = {};                   ///< XᵀX of the design of all columns that are not constant; empty if not requested
  std::vector<double> gradient = {};  ///< [outputs · width of that design]: Xᵀr, the negative gradient
  std::vector<double> intercepts = {};
  double loss = 0;
  double not_separated = 0;  ///< rows whose margin is not positive
};

/// Reads the rows once for the Gram matrix and the other sums: they are summed about the mean of a sample of the rows, and the sums are
/// moved to the means of all. If the sample's mean was far off they are read again. Without the Gram matrix they are read three times.
/// Throws galen::Error for values that are not finite. Collective; the same bits on every rank, for any number of them.
Start start_of(const TableRows& rows, const LaneSums& sums, const Family& family, std::span<const double> intercepts, bool with_gram);

/// Throws galen::Error if a row of any worker has a column or a target that is NaN or infinite. Collective.
void refuse_rows_that_are_not_finite(const TableRows& rows, const LaneSums& sums);

}  // namespace galen::trainer::linear
