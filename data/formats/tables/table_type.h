#pragma once

#include "data/formats/stored_type.h"
#include "data/formats/tables/column_profile.h"
#include "data/formats/tables/table_features.h"
#include "data/formats/tables/table_rows.h"

#include <vector>

namespace galen::data {

/// What the features of a table are stored as, by all their cells, which `profiles` describe, in the order of the table's columns of
/// features.
TypeChoice type_of_features(const Table& table, const std::vector<ColumnProfile>& profiles, const std::vector<FeatureColumn>& features);

}  // namespace galen::data
