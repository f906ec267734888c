#pragma once

#include "data/formats/options/import_options.h"

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

/// Gives each column its part. A name in the options that no column has, or a target that cannot be determined, throws galen::UsageError
/// that lists the columns. Choices made by a column's name are reported in `notes`.
TableColumns assign_columns(const std::string& file, std::vector<std::string> names, const TableOptions& options,
                            std::vector<std::string>& notes);

}  // namespace galen::data
