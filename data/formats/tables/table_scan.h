#pragma once

#include "data/formats/tables/column_profile.h"
#include "data/formats/tables/table_rows.h"
#include "data/formats/tables/table_target.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// All that a first pass over a table finds out; the features' values are read in a second one.
struct TableScan {
  std::vector<ColumnProfile> features;  ///< in the order of columns.features
  std::vector<TargetColumn> targets;    ///< numbers in them are written with a decimal point
  std::vector<std::string> groups;      ///< empty: no column tells the patient
  std::vector<std::string> sample_ids;  ///< empty: none
  std::vector<std::int64_t> lines;      ///< of each row in the file
  std::int64_t left_out = 0;            ///< rows without a target
  bool has_other_text = false;          ///< see CsvReader
};

/// A row without a patient or a sample's name where the table has these, or a sample that comes twice, throws galen::Error.
TableScan scan_table(const Table& table);

}  // namespace galen::data
