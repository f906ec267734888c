#pragma once

#include "trainer/linear/kernels.h"
#include "trainer/linear/moments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// A dense f64 matrix in row-major order.
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

/// The columns of a fit: 1 for the intercept, then the table's used columns, centred and scaled to deviation 1.
///
/// Coefficients on the design are called `scaled`; those on the unscaled table, with the intercept first and 0 for columns that are left
/// out, are `plain`. Several linear predictors (`outputs`) are stored one after the other.
class Design {
 public:
  /// `used`: [columns] flags. `centred` = false only scales, so that the intercept is that of the table.
  Design(const Moments& moments, const std::vector<char>& used, bool centred = true);

  /// All columns of a table, with given centres and factors.
  Design(std::span<const double> centre, std::span<const double> factor);

  std::int64_t width() const { return 1 + static_cast<std::int64_t>(columns_.size()); }
  const std::vector<std::int64_t>& columns() const { return columns_; }  ///< the used columns of the table
  const std::vector<double>& centre() const { return centre_; }          ///< of columns()
  const std::vector<double>& factor() const { return factor_; }          ///< of columns(): factors of centred values
  std::int64_t table_columns() const { return table_columns_; }

  /// Packs a block [rows, table columns] into panels of the design (see kernels.h).
  void pack(const double* values, std::int64_t rows, double* panels) const;

  /// [outputs · width()] → [outputs · (1 + table columns)].
  std::vector<double> plain(std::span<const double> scaled) const;
  std::vector<double> scaled(std::span<const double> plain) const;

  /// Converts the covariance of scaled coefficients to that of plain ones, with zeros for columns that are left out.
  Matrix plain_covariance(const Matrix& covariance) const;

 private:
  void pad();

  std::int64_t table_columns_;
  std::vector<std::int64_t> columns_;
  std::vector<double> centre_, factor_;
  std::vector<std::int64_t> packed_columns_;  // these three as in Packing
  std::vector<double> packed_centre_, packed_factor_;
};

}  // namespace galen::trainer::linear
