#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/targets.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A column to be learnt: no cell is missing but those that options.table.unlabelled names.
struct TargetColumn {
  std::string name;
  std::vector<std::string> cells;
};

/// Targets out of a table's columns. One column: text becomes classes, sorted by name, or
/// where cells hold several, labels; spellings of one name are joined; numbers are read by targets_from_numbers(). Several columns are
/// numbers: labels, classes (one-hot) or values. `options.task` overrides, and the form of `earlier`. `lines`: each row's line in the file,
/// for errors.
Targets targets_from_columns(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines, const ImportOptions& options,
                             const EarlierTargets& earlier = {});

}  // namespace galen::data
