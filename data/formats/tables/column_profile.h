#pragma once

#include "data/formats/number_style.h"
#include "data/formats/tables/row_count.h"
#include "data/formats/tables/table_cell.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace galen::data {

/// A cell as errors show it.
struct CellAt {
  std::string text;
  std::int64_t line = 0;  ///< 0: there is none
};

/// Codes in the order of their values, then texts: the order of a column's categories.
struct CategoryOrder {
  bool operator()(const std::string& a, const std::string& b) const;
};

/// A cell as a category: a number in its shortest form (01 and 1.0 are 1), other text as it is.
std::string category_name(const std::string& cell);

/// What the cells of one column look like, over all rows. Each cell counts in one of missing, doubtful, numbers and texts.
struct ColumnProfile {
  static constexpr std::size_t kMostDistinct = 1000;

  std::int64_t missing = 0;
  std::int64_t doubtful = 0;  ///< see MissingValue::perhaps
  std::int64_t numbers = 0;   ///< with a decimal point, or as the user says that numbers are written
  std::int64_t texts = 0;     ///< all else

  std::int64_t pointed = 0;        ///< numbers with a decimal point
  std::int64_t zero_led = 0;       ///< numbers such as 007
  std::int64_t compact_dates = 0;  ///< numbers that may be dates: 20240131
  std::int64_t dates = 0;          ///< texts that are dates
  std::int64_t commas[2] = {};     ///< texts that are numbers, if the comma is the decimal sign; if it separates thousands
  std::int64_t either_comma = 0;   ///< texts that are both: 1,234. Not counted in `commas`
  CellAt first_text;
  CellAt first_huge;                                            ///< a number beyond single precision
  CellAt first_changed;                                         ///< a number that f32 changes, see f32_changes()
  CellAt first_changed_comma[2];                                ///< likewise among texts, as `commas` has them; 1,234 counts in both
  CellAt first_rounded;                                         ///< a whole number that single precision rounds
  CellAt first_rounded_by_f64;                                  ///< one that double precision rounds: 9007199254740993
  RowCount rows;                                                ///< whether the numbers only count the rows
  std::map<std::string, std::int64_t, CategoryOrder> distinct;  ///< doubtful cells, numbers and texts by category_name()
  bool too_many = false;                                        ///< to tell apart: `distinct` is empty

  /// `row`: the cell's row in the table, those that are left out counted.
  void add(const std::string& cell, std::int64_t line, std::int64_t row, const MissingValue& missing_value,
           std::optional<NumberStyle> style);
};

}  // namespace galen::data
