#pragma once

#include "trainer/lanes/lane_sums.h"
#include "trainer/samples/table_rows.h"

#include <vector>

namespace galen::trainer {

/// What a table's columns are like where their values are not missing (NaN), over the rows of all workers. Each [columns].
struct ColumnMoments {
  std::vector<double> count, mean, deviation;  ///< the deviation divides by the count; 0 where nothing is known
  std::vector<double> minimum, maximum;        ///< ∞ and −∞ where nothing is known
};

/// Two passes over what is in memory. The same bits on every rank, whatever their number. Collective.
ColumnMoments moments_of(const TableRows& rows, const LaneSums& sums);

}  // namespace galen::trainer
