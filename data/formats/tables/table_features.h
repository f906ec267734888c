#pragma once

#include "data/formats/tables/column_encoding.h"
#include "data/formats/tables/table_rows.h"

#include <cstddef>
#include <string>
#include <vector>

namespace galen::data {

/// A column of the table that becomes features.
struct FeatureColumn {
  std::size_t column;  ///< its number in the table
  ColumnEncoding encoding;
};

/// How the table's feature columns, which `profiles` describe, become features, and in which order. Columns that are neither numbers nor
/// categories throw galen::Error; what was chosen and what is left out is reported in `notes`.
std::vector<FeatureColumn> choose_features(const Table& table, const std::vector<ColumnProfile>& profiles, std::vector<std::string>& notes);

/// The same with the columns of an earlier import, all of which the table must have. A category that it did not know is missing, which is
/// reported in `notes`.
std::vector<FeatureColumn> features_like(const std::vector<ColumnEncoding>& earlier, const Table& table,
                                         const std::vector<ColumnProfile>& profiles, std::vector<std::string>& notes);

}  // namespace galen::data
