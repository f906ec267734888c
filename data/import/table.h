#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

namespace galen::data {

/// A CSV table as options.table describes it: one row a sample, numbers as features (NaN: missing). A cell of text in a feature column
/// throws galen::Error that names line, column and value.
Source open_table(const ImportOptions& options);

}  // namespace galen::data
