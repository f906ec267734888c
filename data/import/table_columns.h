#pragma once

#include "data/import/import.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// What each column of a table is for, as numbers of columns.
struct TableColumns {
  std::vector<std::string> names;  ///< of all columns
  std::vector<std::size_t> features;
  std::vector<std::size_t> targets;  ///< empty: unlabelled
  std::optional<std::size_t> group;
  std::optional<std::size_t> sample_id;
};

/// Names for `width` columns: those of the first line as far as `options.header` has any, else `options.columns`, else column_1 … Names
/// that do not fit the width, come twice or look like data throw galen::Error with the option that helps.
std::vector<std::string> name_columns(const std::string& file, const std::vector<std::string>& first_line, std::size_t width,
                                      const TableOptions& options);

/// Gives each column its part. A name in the options that no column has, or a target that cannot be told, throws galen::UsageError that
/// lists the columns. Choices made by a column's name are told in `notes`.
TableColumns assign_columns(const std::string& file, std::vector<std::string> names, const TableOptions& options,
                            std::vector<std::string>& notes);

}  // namespace galen::data
