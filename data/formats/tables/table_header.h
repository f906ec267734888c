#pragma once

#include "data/formats/options/import_options.h"

#include <string>
#include <vector>

namespace galen::data {

/// A table's columns, and where its rows begin.
struct TableHeader {
  std::vector<std::string> names;   ///< of all columns, each different
  bool first_line_is_data = false;  ///< otherwise rows begin behind it
  bool first_is_unnamed = false;    ///< the header names all columns but the first: row names, as R and pandas write them
};

/// Names of columns: those of the first line as far as it has any, else `options.columns`, else column_1 … Names that do not fit the
/// width, come twice or look like data throw galen::Error with the option that helps. What `options.header` left open is reported in
/// `notes`.
TableHeader read_header(const std::string& file, char delimiter, const TableOptions& options, std::vector<std::string>& notes);

}  // namespace galen::data
