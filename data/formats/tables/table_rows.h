#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/tables/csv_reader.h"
#include "data/formats/tables/table_cell.h"
#include "data/formats/tables/table_columns.h"
#include "data/formats/tables/unlabelled.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What all passes over a table share; outlives them.
struct Table {
  std::string file;
  char delimiter = ',';
  bool first_line_is_data = false;
  bool first_is_unnamed = false;  ///< see TableHeader
  TableColumns columns;
  TableOptions options;
};

/// Opens a table: columns are named and assigned as the options have it. What was chosen is reported in `notes`.
Table open_table_file(const std::string& file, const TableOptions& options, std::vector<std::string>& notes);

/// One pass over the rows that are imported: those that have a target, where the table has targets.
class TableRows {
 public:
  explicit TableRows(const Table& table);

  /// The next row's cells, as many as there are columns; false at the end. Rows all of whose labels options.unlabelled ignores are left
  /// out. A row of another width, or without a target where neither options.unlabelled nor options.leave_out_unlabelled allows for it,
  /// throws galen::Error that names the line.
  bool next(std::vector<std::string>& cells);

  std::int64_t line() const { return reader_.line(); }
  std::int64_t row() const { return row_; }            ///< of the last one, from 0, those that were left out counted
  std::int64_t left_out() const { return left_out_; }  ///< rows without a target, so far
  bool has_other_text() const { return reader_.has_other_text(); }

 private:
  bool has_target(const std::vector<std::string>& cells);

  const Table& table_;
  CsvReader reader_;
  MissingValue missing_;
  Unlabelled unlabelled_;
  std::int64_t left_out_ = 0;
  std::int64_t row_ = -1;
};

}  // namespace galen::data
