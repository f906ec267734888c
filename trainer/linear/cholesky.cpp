#include "trainer/linear/cholesky.h"

#include "trainer/linear/kernels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kPivotsAtATime = 32;  // rows of the factor that stay in the cache while they are subtracted from all below
constexpr double kNegligible = 1e-6;         // share of a column in another, both scaled

}  // namespace

std::optional<Cholesky> Cholesky::of(Matrix matrix, double smallest) {
  const Kernels& loops = kernels();
  const std::int64_t size = matrix.rows;
  double smallest_share = 1;
  std::vector<double> diagonal(size);
  for (std::int64_t k = 0; k < size; ++k) diagonal[k] = matrix(k, k);

  const auto eliminate = [&](std::int64_t row, std::int64_t pivot) {
    loops.subtract(matrix.row(row) + row, matrix.row(pivot) + row, matrix(pivot, row), size - row);
  };
  for (std::int64_t begin = 0; begin < size; begin += kPivotsAtATime) {
    const std::int64_t end = std::min(begin + kPivotsAtATime, size);
    for (std::int64_t k = begin; k < end; ++k) {
      for (std::int64_t pivot = begin; pivot < k; ++pivot) eliminate(k, pivot);
      if (!(matrix(k, k) > smallest * diagonal[k]) || !std::isfinite(matrix(k, k))) return std::nullopt;
      smallest_share = std::min(smallest_share, matrix(k, k) / diagonal[k]);
      const double root = std::sqrt(matrix(k, k));
      for (std::int64_t c = k; c < size; ++c) matrix(k, c) /= root;
    }
    for (std::int64_t row = end; row < size; ++row) {
      for (std::int64_t pivot = begin; pivot < end; ++pivot) eliminate(row, pivot);
    }
  }
  return Cholesky(std::move(matrix), smallest_share);
}

std::vector<double> Cholesky::half_solve(std::span<const double> right) const {
  const Kernels& loops = kernels();
  std::vector<double> x(right.begin(), right.end());
  for (std::int64_t k = 0; k < size(); ++k) {
    x[k] /= factor_(k, k);
    if (x[k] != 0) loops.subtract(x.data() + k + 1, factor_.row(k) + k + 1, x[k], size() - k - 1);
  }
  return x;
}

std::vector<double> Cholesky::solve(std::span<const double> right) const {
  std::vector<double> x = half_solve(right);
  for (std::int64_t k = size() - 1; k >= 0; --k) {
    double value = x[k];
    for (std::int64_t c = k + 1; c < size(); ++c) value -= factor_(k, c) * x[c];
    x[k] = value / factor_(k, k);
  }
  return x;
}

Matrix Cholesky::inverse_factor() const {
  const std::int64_t size = this->size();
  Matrix factor(size, size);
  std::vector<double> unit(size);
  for (std::int64_t c = 0; c < size; ++c) {
    unit[c] = 1;
    const std::vector<double> column = half_solve(unit);
    for (std::int64_t row = c; row < size; ++row) factor(row, c) = column[row];
    unit[c] = 0;
  }
  return factor;
}

// By rows of the factor, so that the sums are chains over one index.
Matrix Cholesky::inverse() const {
  const Kernels& loops = kernels();
  const Matrix factor = inverse_factor();
  Matrix result(size(), size());
  for (std::int64_t k = 0; k < size(); ++k) {
    const double* row = factor.row(k);
    for (std::int64_t r = 0; r <= k; ++r) loops.subtract(result.row(r), row, -row[r], k + 1);
  }
  return result;
}

double Cholesky::log_determinant() const {
  double sum = 0;
  for (std::int64_t k = 0; k < size(); ++k) sum += 2 * std::log(factor_(k, k));
  return sum;
}

Matrix product(const Matrix& left, const Matrix& right) {
  Matrix result(left.rows, right.columns);
  for (std::int64_t row = 0; row < left.rows; ++row) {
    for (std::int64_t k = 0; k < left.columns; ++k) kernels().subtract(result.row(row), right.row(k), -left(row, k), right.columns);
  }
  return result;
}

Matrix select(const Matrix& matrix, std::span<const std::int64_t> kept) {
  const auto size = static_cast<std::int64_t>(kept.size());
  Matrix result(size, size);
  for (std::int64_t row = 0; row < size; ++row) {
    for (std::int64_t column = 0; column < size; ++column) result(row, column) = matrix(kept[row], kept[column]);
  }
  return result;
}

std::vector<Dependence> dependences(const Matrix& gram, double tolerance) {
  const Kernels& loops = kernels();
  const std::int64_t size = gram.rows;
  Matrix factor = gram;
  std::vector<std::int64_t> kept;
  std::vector<Dependence> found;
  for (std::int64_t k = 0; k < size; ++k) {
    for (const std::int64_t pivot : kept) loops.subtract(factor.row(k) + k, factor.row(pivot) + k, factor(pivot, k), size - k);
    if (factor(k, k) > tolerance * gram(k, k)) {
      const double root = std::sqrt(factor(k, k));
      for (std::int64_t c = k; c < size; ++c) factor(k, c) /= root;
      kept.push_back(k);
      continue;
    }
    Dependence dependence{.column = k};
    if (const auto before = kept.empty() ? std::nullopt : Cholesky::of(select(gram, kept))) {
      std::vector<double> right;
      for (const std::int64_t column : kept) right.push_back(gram(column, k));
      const std::vector<double> shares = before->solve(right);
      std::vector<std::size_t> order(shares.size());
      std::iota(order.begin(), order.end(), 0);
      std::ranges::stable_sort(order, std::greater(),
                               [&](std::size_t i) { return std::abs(shares[i]) * std::sqrt(gram(kept[i], kept[i])); });
      for (const std::size_t i : order) {
        if (std::abs(shares[i]) * std::sqrt(gram(kept[i], kept[i])) > kNegligible * std::sqrt(gram(k, k))) dependence.on.push_back(kept[i]);
      }
    }
    found.push_back(std::move(dependence));
  }
  return found;
}

}  // namespace galen::trainer::linear
