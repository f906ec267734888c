#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/tables/table_columns.h"

#include <cstddef>
#include <string>
#include <vector>

namespace galen::data {

/// Columns of a CSV file that hold free text: half of the first rows' cells have at least ten words.
std::vector<std::size_t> long_text_columns(const std::string& file, char delimiter);

struct TextColumns {
  std::size_t text = 0;
  TableColumns others;                ///< their features are the columns that stay behind
  std::vector<std::string> left_out;  ///< names of those
};

/// Which column holds the text (the option's, else the only one of long texts), what is to be learnt (the option's, else by its name:
/// label, condition_label …), patient and sample. Choices are reported in `notes`; an unclear one throws galen::UsageError.
TextColumns assign_text_columns(const ImportOptions& options, std::vector<std::string> names, char delimiter,
                                std::vector<std::string>& notes);

}  // namespace galen::data
