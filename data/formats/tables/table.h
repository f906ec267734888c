#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// A CSV table as options.table describes it: one row a sample, NaN where a value is missing. Numbers become features as they are, yes and
/// no 1 and 0, categories one-hot (each of a missing one's features is NaN) or codes; dates, free text and columns without any value are
/// left out, which the warnings tell. A column of numbers and texts throws galen::Error that names line, column and value.
Source open_table(const ImportOptions& options);

}  // namespace galen::data
