#include "trainer/linear/firth.h"

#include "trainer/linear/elementary.h"

#include <array>
#include <utility>
#include <vector>

namespace galen::trainer::linear {

Matrix add_firth(const Objective& objective, std::span<const double> coefficients, const Cholesky& information, Point& point) {
  const Problem& problem = objective.problem();
  const std::int64_t width = objective.design().width();
  const PassShape shape{.products = 1, .grams = 1, .sums = 1};
  PassSums sums = BlockPass(problem.rows, problem.sums, objective.design()).run(shape, coefficients, [&](Block& block) {
    std::array<double, kBlockRows> losses, weights, residuals;
    logistic_terms(block.products, block.targets, block.rows, residuals.data(), weights.data(), losses.data());
    std::vector<double> row_values(width);
    for (std::int64_t row = 0; row < block.rows; ++row) {
      for (std::int64_t c = 0; c < width; ++c) {
        row_values[c] = block.panels[c / kPanelColumns * kPanelSize + row * kPanelColumns + c % kPanelColumns];
      }
      double hat = 0;
      for (const double value : information.half_solve(row_values)) hat += value * value;
      hat *= weights[row];
      const double probability = block.targets[row] - residuals[row];
      block.residuals[row] = hat * (0.5 - probability);
      block.weights[row] = weights[row] * (1 + hat);
    }
  });
  for (std::int64_t c = 0; c < width; ++c) point.gradient[c] += sums.sums[0][c];
  point.objective -= information.log_determinant() / 2;
  return std::move(sums.grams[0]);
}

}  // namespace galen::trainer::linear
