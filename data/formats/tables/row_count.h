#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

namespace galen::data {

/// Finds out whether the cells of a column only number the rows. Such a column tells in which order rows were written, which often is that
/// of the outcome, and nothing of a patient.
class RowCount {
 public:
  /// `named`: the column's name says that it numbers rows; see tells_row_number().
  explicit RowCount(bool named = false) : named_(named) {}

  /// The next row's number; none where its cell holds none. `row`: which row of the table it is, those that are left out counted.
  void add(std::optional<double> number, std::int64_t row);

  /// Whether every row has a whole number of its own and either the column's name says that it numbers rows; or there are at least ten
  /// rows, and the numbers go up or down by one with each; or there are at least twenty, and they go up or down with at most one in five
  /// left out, or are a, a + 1 … in another order.
  bool numbers_rows() const;

  /// Whether the numbers of at least twenty rows go up, or down, from each row to the next: rows are sorted by the column.
  bool sorts_rows() const;

 private:
  bool named_;
  bool complete_ = true;  // each cell holds a number
  bool whole_ = true;     // and all are whole
  bool unique_ = true;    // as far as it is known: always where named_, else between neighbours
  std::int64_t rows_ = 0;
  std::int64_t ups_ = 0;    // steps to a larger number
  std::int64_t downs_ = 0;  // to a smaller one
  bool counts_up_ = true;   // by one with each row
  bool counts_down_ = true;
  double first_ = 0;
  double last_ = 0;
  std::int64_t first_row_ = 0;
  double smallest_ = 0;
  double largest_ = 0;
  std::uint64_t hashes_ = 0;  // sum of a hash of each number
  std::unordered_set<std::int64_t> seen_;
};

/// Whether a column's name says that it numbers the rows: "Unnamed: 0", rownames, index, row …
bool tells_row_number(const std::string& name);

/// Whether it says that it holds a measurement, whatever the numbers look like: age, dose, weight …
bool tells_measurement(const std::string& name);

}  // namespace galen::data
