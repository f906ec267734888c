#pragma once

#include "trainer/linear/design.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen::trainer::linear {

/// The factor U of A = UᵀU of a symmetric, positive definite matrix, in plain loops whose order of additions does not depend on threads,
/// addresses or a library: every rank computes the same factor.
class Cholesky {
 public:
  /// Empty if a pivot is not above `smallest` times its diagonal element.
  static std::optional<Cholesky> of(Matrix matrix, double smallest = 0);

  std::int64_t size() const { return factor_.rows; }
  std::vector<double> solve(std::span<const double> right) const;       ///< A⁻¹ · right
  std::vector<double> half_solve(std::span<const double> right) const;  ///< U⁻ᵀ · right: its squared length is rightᵀ · A⁻¹ · right
  Matrix inverse() const;
  Matrix inverse_factor() const;  ///< U⁻ᵀ, zero above its diagonal: A⁻¹ is its transpose times itself
  double log_determinant() const;

  /// The smallest ratio of a pivot to its diagonal element: the share of a column's variance not explained by the columns before it.
  /// Solutions lose about as many digits of f64.
  double smallest_share() const { return smallest_share_; }

 private:
  Cholesky(Matrix factor, double smallest_share) : factor_(std::move(factor)), smallest_share_(smallest_share) {}
  Matrix factor_;  // its lower triangle is not used
  double smallest_share_;
};

/// A column that is a combination of columns before it.
struct Dependence {
  std::int64_t column = 0;
  std::vector<std::int64_t> on = {};  ///< those whose share in it is not negligible, the largest first
};

/// The columns of a positive semi-definite matrix that depend on others: those whose pivot is below `tolerance` of their diagonal element.
/// The pivots are processed in the order of the columns, as in R's lm, so that the later column is left out and not the one of smaller
/// variance.
std::vector<Dependence> dependences(const Matrix& gram, double tolerance);

/// left · right, with each sum in one chain.
Matrix product(const Matrix& left, const Matrix& right);

/// The rows and columns `kept` of a matrix.
Matrix select(const Matrix& matrix, std::span<const std::int64_t> kept);

}  // namespace galen::trainer::linear
