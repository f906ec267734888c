#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/samples/table_rows.h"

#include <vector>

namespace galen::trainer {

/// Statistics of a table's columns over the rows of all workers, without missing values (NaN). Each [columns].
struct ColumnMoments {
  std::vector<double> count, mean, deviation;  ///< the deviation divides by the count; 0 without values
  std::vector<double> minimum, maximum;        ///< ∞ and −∞ without values
};

/// Two passes over values in memory. The same bits on every rank, for any number of them. Collective.
ColumnMoments moments_of(const TableRows& rows, const LaneSums& sums);

}  // namespace galen::trainer
