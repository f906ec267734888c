#include "trainer/linear/firth.h"

#include "trainer/linear/elementary.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace galen::trainer::linear {
namespace {

constexpr double kStrong = 0.1;  // a hat value; scoring steps shrink by a factor of about the largest of them
constexpr std::int64_t kMostExact = 64;
constexpr double kPositive = 1e-10;  // ratio of a pivot to its diagonal element

// ∂ₛI for each coefficient s: the weights of rows are w · (1 − 2p) · xₛ.
std::vector<Matrix> slopes_of_information(const Objective& objective, std::span<const double> coefficients) {
  const Problem& problem = objective.problem();
  const std::int64_t width = objective.design().width();
  const PassShape shape{.products = 1, .grams = width};
  return BlockPass(problem.rows, problem.sums, objective.design())
      .run(shape, coefficients,
           [&](Block& block) {
             std::array<double, kBlockRows> losses, weights, residuals;
             logistic_terms(block.products, block.targets, block.rows, residuals.data(), weights.data(), losses.data());
             for (std::int64_t row = 0; row < block.rows; ++row) {
               const double slope = weights[row] * (1 - 2 * (block.targets[row] - residuals[row]));
               const double* values = block.panels + row * kPanelColumns;
               for (std::int64_t c = 0; c < width; ++c) {
                 block.weights[c * kBlockRows + row] = slope * values[c / kPanelColumns * kPanelSize + c % kPanelColumns];
               }
             }
           })
      .grams;
}

}  // namespace

FirthTerms add_firth(const Objective& objective, std::span<const double> coefficients, const Cholesky& information, Point& point) {
  const Problem& problem = objective.problem();
  const std::int64_t width = objective.design().width();
  // With I = UᵀU the hat value is w · |U⁻ᵀ x|²: products with the rows of U⁻ᵀ.
  const Matrix halves = information.inverse_factor();
  std::vector<double> vectors(coefficients.begin(), coefficients.end());
  vectors.insert(vectors.end(), halves.values.begin(), halves.values.end());
  const PassShape shape{.products = 1 + width, .grams = 2, .sums = 1, .scalars = 1};
  PassSums sums = BlockPass(problem.rows, problem.sums, objective.design()).run(shape, vectors, [&](Block& block) {
    std::array<double, kBlockRows> losses, weights, residuals, hats{};
    logistic_terms(block.products, block.targets, block.rows, residuals.data(), weights.data(), losses.data());
    for (std::int64_t s = 1; s <= width; ++s) {
      const double* part = block.products + s * kBlockRows;
      for (std::int64_t row = 0; row < block.rows; ++row) hats[row] += part[row] * part[row];
    }
    for (std::int64_t row = 0; row < block.rows; ++row) {
      const double weight = weights[row], hat = hats[row] * weight;
      block.residuals[row] = hat * (0.5 - (block.targets[row] - residuals[row]));
      block.weights[row] = weight * (1 + hat);
      block.weights[kBlockRows + row] = weight + (3 * weight - 0.5) * hat;
      block.scalars[0] += static_cast<double>(hat > kStrong);
    }
  });
  for (std::int64_t c = 0; c < width; ++c) point.gradient[c] += sums.sums[0][c];
  point.objective -= information.log_determinant() / 2;
  return {std::move(sums.grams[0]), std::move(sums.grams[1]), sums.scalars[0] > 0};
}

FirthCurvature firth_curvature(const Objective& objective, std::span<const double> coefficients, const Cholesky& information,
                               FirthTerms terms) {
  const std::int64_t width = objective.design().width();
  if (!terms.strong || width > kMostExact) return {std::move(terms.scoring), false};
  const Matrix halves = information.inverse_factor();
  Matrix transposed(width, width);
  for (std::int64_t row = 0; row < width; ++row) {
    for (std::int64_t column = 0; column < width; ++column) transposed(row, column) = halves(column, row);
  }
  // tr(I⁻¹ A I⁻¹ B) is the inner product of U⁻ᵀ A U⁻¹ and U⁻ᵀ B U⁻¹.
  std::vector<Matrix> slopes = slopes_of_information(objective, coefficients);
  for (Matrix& slope : slopes) slope = product(product(halves, slope), transposed);
  Matrix hessian = std::move(terms.by_rows);
  for (std::int64_t s = 0; s < width; ++s) {
    for (std::int64_t t = s; t < width; ++t) {
      hessian(s, t) += std::inner_product(slopes[s].values.begin(), slopes[s].values.end(), slopes[t].values.begin(), 0.0) / 2;
      hessian(t, s) = hessian(s, t);
    }
  }
  if (!Cholesky::of(hessian, kPositive)) return {std::move(terms.scoring), false};
  return {std::move(hessian), true};
}

}  // namespace galen::trainer::linear
