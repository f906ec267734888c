#include "trainer/linear/design.h"

#include <algorithm>
#include <numeric>

namespace galen::trainer::linear {

Design::Design(const Moments& moments, const std::vector<char>& used, bool centred)
    : table_columns_(static_cast<std::int64_t>(moments.mean.size())) {
  for (std::int64_t column = 0; column < table_columns_; ++column) {
    if (!used[column]) continue;
    columns_.push_back(column);
    centre_.push_back(centred ? moments.mean[column] : 0.0);
    factor_.push_back(1 / moments.deviation[column]);
  }
  pad();
}

Design::Design(std::span<const double> centre, std::span<const double> factor)
    : table_columns_(static_cast<std::int64_t>(centre.size())),
      columns_(centre.size()),
      centre_(centre.begin(), centre.end()),
      factor_(factor.begin(), factor.end()) {
  std::iota(columns_.begin(), columns_.end(), 0);
  pad();
}

void Design::pad() {
  const auto size = static_cast<std::size_t>(panels_of(width()) * kPanelColumns);
  packed_columns_.resize(size);
  packed_centre_.resize(size);
  packed_factor_.resize(size);
  std::ranges::copy(columns_, packed_columns_.begin() + 1);
  std::ranges::copy(centre_, packed_centre_.begin() + 1);
  std::ranges::copy(factor_, packed_factor_.begin() + 1);
}

void Design::pack(const double* values, std::int64_t rows, double* panels) const {
  const Packing packing{
      .width = width(), .columns = packed_columns_.data(), .centre = packed_centre_.data(), .factor = packed_factor_.data()};
  kernels().pack(values, table_columns_, packing, rows, panels);
}

std::vector<double> Design::plain(std::span<const double> scaled) const {
  const std::int64_t outputs = static_cast<std::int64_t>(scaled.size()) / width();
  std::vector<double> result(outputs * (1 + table_columns_));
  for (std::int64_t output = 0; output < outputs; ++output) {
    const double* from = scaled.data() + output * width();
    double* to = result.data() + output * (1 + table_columns_);
    to[0] = from[0];
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const double slope = from[1 + c] * factor_[c];
      to[1 + columns_[c]] = slope;
      to[0] -= slope * centre_[c];
    }
  }
  return result;
}

std::vector<double> Design::scaled(std::span<const double> plain) const {
  const std::int64_t outputs = static_cast<std::int64_t>(plain.size()) / (1 + table_columns_);
  std::vector<double> result(outputs * width());
  for (std::int64_t output = 0; output < outputs; ++output) {
    const double* from = plain.data() + output * (1 + table_columns_);
    double* to = result.data() + output * width();
    to[0] = from[0];
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      to[1 + c] = from[1 + columns_[c]] / factor_[c];
      to[0] += from[1 + columns_[c]] * centre_[c];
    }
  }
  return result;
}

Matrix Design::plain_covariance(const Matrix& covariance) const {
  // plain = T · scaled, column by column and then row by row: plain() is linear.
  const std::int64_t outputs = covariance.rows / width();
  const std::int64_t size = outputs * (1 + table_columns_);
  Matrix half(covariance.rows, size);  // covariance · Tᵀ
  for (std::int64_t row = 0; row < covariance.rows; ++row) {
    const std::vector<double> transformed = plain({covariance.row(row), static_cast<std::size_t>(covariance.columns)});
    std::ranges::copy(transformed, half.row(row));
  }
  Matrix result(size, size);
  std::vector<double> column(covariance.rows);
  for (std::int64_t c = 0; c < size; ++c) {
    for (std::int64_t row = 0; row < covariance.rows; ++row) column[row] = half(row, c);
    const std::vector<double> transformed = plain(column);
    for (std::int64_t row = 0; row < size; ++row) result(row, c) = transformed[row];
  }
  return result;
}

}  // namespace galen::trainer::linear
