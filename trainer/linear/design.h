#pragma once

#include "trainer/linear/kernels.h"
#include "trainer/linear/moments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// A dense matrix in f64, row by row.
struct Matrix {
  Matrix() = default;
  Matrix(std::int64_t row_count, std::int64_t column_count) : rows(row_count), columns(column_count), values(row_count * column_count) {}

  double& operator()(std::int64_t row, std::int64_t column) { return values[row * columns + column]; }
  double operator()(std::int64_t row, std::int64_t column) const { return values[row * columns + column]; }
  double* row(std::int64_t index) { return values.data() + index * columns; }
  const double* row(std::int64_t index) const { return values.data() + index * columns; }

  std::int64_t rows = 0, columns = 0;
  std::vector<double> values = {};
};

/// The columns that a fit works on: 1 for the intercept, then those columns of the table that are used, centred and scaled to deviation 1.
///
/// Coefficients on the design are called `scaled`; those on the table as it is, with the intercept first and 0 for columns that are left
/// out, are `plain`. Several linear predictors (`outputs`) follow each other.
class Design {
 public:
  /// `used`: [columns] flags. `centred` = false only scales, so that the intercept is that of the table.
  Design(const Moments& moments, const std::vector<char>& used, bool centred = true);

  /// All columns of a table, with other numbers than their means and deviations.
  Design(std::span<const double> centre, std::span<const double> factor);

  std::int64_t width() const { return 1 + static_cast<std::int64_t>(columns_.size()); }
  const std::vector<std::int64_t>& columns() const { return columns_; }  ///< of the table, those used
  const std::vector<double>& centre() const { return centre_; }          ///< of columns()
  const std::vector<double>& factor() const { return factor_; }          ///< of columns(): what centred values are multiplied by
  std::int64_t table_columns() const { return table_columns_; }

  /// Block [rows, table columns] → panels of the design (see kernels.h).
  void pack(const double* values, std::int64_t rows, double* panels) const;

  /// [outputs · width()] → [outputs · (1 + table columns)].
  std::vector<double> plain(std::span<const double> scaled) const;
  std::vector<double> scaled(std::span<const double> plain) const;

  /// Covariance of scaled coefficients → that of plain ones, zeros for columns that are left out.
  Matrix plain_covariance(const Matrix& covariance) const;

 private:
  void pad();

  std::int64_t table_columns_;
  std::vector<std::int64_t> columns_;
  std::vector<double> centre_, factor_;
  std::vector<std::int64_t> packed_columns_;  // these three as Packing has them
  std::vector<double> packed_centre_, packed_factor_;
};

}  // namespace galen::trainer::linear
