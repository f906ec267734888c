#pragma once

#include "data/import/import.h"
#include "data/import/targets.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A column to be learnt: no cell is missing.
struct TargetColumn {
  std::string name;
  std::vector<std::string> cells;
};

/// Targets out of a table's columns. One column: text becomes classes, sorted by name;
/// whole numbers with few different values become classes, sorted by value; other numbers are regression. Several columns are numbers:
/// multi-label where all are 0 or 1, else regression. `options.task` overrides. `lines`: each row's line in the file, for errors.
Targets targets_from_columns(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines,
                             const ImportOptions& options);

}  // namespace galen::data
