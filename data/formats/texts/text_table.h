#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether a file is a CSV table with a column of free text.
bool is_text_table(const std::string& path);

/// A CSV table with a text a row, as options.table and options.text describe it; columns that are neither text nor target, patient or
/// sample stay behind. The vocabulary is learnt from the training texts alone (Source::fit). All texts are in memory.
Source open_text_table(const ImportOptions& options);

}  // namespace galen::data
