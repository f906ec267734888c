#include "trainer/linear/design.h"

#include "trainer/linear/kernels.h"

#include <algorithm>

namespace galen::trainer::linear {

Design::Design(const Moments& moments, const std::vector<char>& used, bool centred)
    : table_columns_(static_cast<std::int64_t>(moments.mean.size())) {
  for (std::int64_t column = 0; column < table_columns_; ++column) {
    if (!used[column]) continue;
    columns_.push_back(column);
    centre_.push_back(centred ? moments.mean[column] : 0.0);
    factor_.push_back(1 / moments.deviation[column]);
  }
}

void Design::pack(const double* values, std::int64_t rows, double* panels) const {
  const std::int64_t width = this->width();
  for (std::int64_t panel = 0; panel < panels_of(width); ++panel) {
    const std::int64_t begin = std::max<std::int64_t>(panel * kPanelColumns - 1, 0);
    const std::int64_t end = std::min(panel * kPanelColumns + kPanelColumns, width) - 1;
    const std::int64_t offset = panel == 0 ? 1 : 0;
    const bool neighbours = end > begin && columns_[end - 1] - columns_[begin] == end - 1 - begin;
    for (std::int64_t row = 0; row < rows; ++row) {
      double* packed = panels + panel * kPanelSize + row * kPanelColumns;
      const double* from = values + row * table_columns_;
      packed[0] = 1;
      packed += offset;
      if (neighbours) {
        from += columns_[begin];
        for (std::int64_t c = 0; c < end - begin; ++c) packed[c] = (from[c] - centre_[begin + c]) * factor_[begin + c];
      } else {
        for (std::int64_t c = begin; c < end; ++c) packed[c - begin] = (from[columns_[c]] - centre_[c]) * factor_[c];
      }
      for (std::int64_t c = end - begin + offset; c < kPanelColumns; ++c) packed[c - offset] = 0;
    }
  }
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
