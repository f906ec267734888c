#include "trainer/linear/objective.h"

#include "trainer/linear/cholesky.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace galen::trainer::linear {

Objective::Objective(const Problem& problem, const Design& design)
    : problem_(problem), design_(design), outputs_(problem.family.outputs()), l2_(size()), l1_(size()) {
  if (!problem.penalty.shrinks()) return;
  for (std::int64_t output = 0; output < outputs_; ++output) {
    for (std::size_t c = 0; c < design.columns().size(); ++c) {
      const double scale = problem.penalty.scale[design.columns()[c]] * design.factor()[c];
      l2_[output * design.width() + 1 + c] = problem.penalty.l2 * scale * scale;
      l1_[output * design.width() + 1 + c] = problem.penalty.l1 * scale;
    }
  }
}

Matrix Objective::assemble(std::vector<Matrix> grams) const {
  problem_.family.complete(grams);
  const std::int64_t width = design_.width();
  Matrix hessian(size(), size());
  std::size_t pair = 0;
  for (std::int64_t a = 0; a < outputs_; ++a) {
    for (std::int64_t b = a; b < outputs_; ++b, ++pair) {
      for (std::int64_t row = 0; row < width; ++row) {
        for (std::int64_t column = 0; column < width; ++column) {
          hessian(a * width + row, b * width + column) = hessian(b * width + column, a * width + row) = grams[pair](row, column);
        }
      }
    }
  }
  for (std::int64_t i = 0; i < size(); ++i) hessian(i, i) += l2_[i];
  return hessian;
}

void Objective::add_penalty(std::span<const double> coefficients, Point& point) const {
  for (std::int64_t i = 0; i < size(); ++i) {
    point.gradient[i] -= l2_[i] * coefficients[i];
    point.objective += l2_[i] / 2 * coefficients[i] * coefficients[i] + l1_[i] * std::abs(coefficients[i]);
  }
}

Point Objective::at(std::span<const double> coefficients, bool with_hessian) const {
  const Family& family = problem_.family;
  const std::int64_t grams = !with_hessian ? 0 : family.quadratic() ? 1 : family.gram_pairs();
  const PassShape shape{
      .products = outputs_, .grams = grams, .sums = outputs_, .scalars = kFamilyScalars, .unit_weights = family.quadratic()};
  PassSums sums = BlockPass(problem_.rows, problem_.sums, design_).run(shape, coefficients, [&](Block& block) { family.evaluate(block); });

  Point point{.loss = sums.scalars[0], .objective = sums.scalars[0], .not_separated = sums.scalars[1]};
  for (const std::vector<double>& sum : sums.sums) point.gradient.insert(point.gradient.end(), sum.begin(), sum.end());
  add_penalty(coefficients, point);
  if (with_hessian) point.hessian = assemble(std::move(sums.grams));
  return point;
}

Point Objective::at_start() const {
  const Start& start = problem_.start;
  Point point{.loss = start.loss, .objective = start.loss, .gradient = start.gradient, .not_separated = start.not_separated};
  if (start.gram.rows == 0) return point;
  std::vector<Matrix> grams;
  for (const double weight : weights_without_slopes(problem_.family, start.intercepts)) {
    grams.push_back(start.gram);
    for (double& value : grams.back().values) value *= weight;
  }
  point.hessian = assemble(std::move(grams));
  return point;
}

Point Objective::of_squares(std::span<const double> coefficients) const {
  const Start& start = problem_.start;
  // The indices of this design's columns among those that vary.
  std::vector<std::int64_t> kept{0};
  std::int64_t next = 1;
  std::size_t found = 0;
  for (std::int64_t column = 0; column < design_.table_columns() && found < design_.columns().size(); ++column) {
    if (problem_.moments.constant[column]) continue;
    if (design_.columns()[found] == column) {
      kept.push_back(next);
      ++found;
    }
    ++next;
  }
  const Matrix gram = select(start.gram, kept);
  std::vector<double> moved(coefficients.begin(), coefficients.end());
  moved[0] -= start.intercepts[0];

  Point point{.loss = start.loss};
  for (std::int64_t i = 0; i < size(); ++i) {
    const double curved = std::inner_product(moved.begin(), moved.end(), gram.row(i), 0.0);
    point.loss += moved[i] * (curved / 2 - start.gradient[kept[i]]);
    point.gradient.push_back(start.gradient[kept[i]] - curved);
  }
  point.objective = point.loss;
  add_penalty(coefficients, point);
  point.hessian = assemble({gram});
  return point;
}

std::vector<double> Objective::curve(std::span<const double> coefficients, std::span<const double> direction) const {
  std::vector<double> both(coefficients.begin(), coefficients.end());
  both.insert(both.end(), direction.begin(), direction.end());
  const PassShape shape{.products = 2 * outputs_, .sums = outputs_};
  const PassSums sums =
      BlockPass(problem_.rows, problem_.sums, design_).run(shape, both, [&](Block& block) { problem_.family.curve(block); });
  std::vector<double> result;
  for (const std::vector<double>& sum : sums.sums) result.insert(result.end(), sum.begin(), sum.end());
  for (std::int64_t i = 0; i < size(); ++i) result[i] += l2_[i] * direction[i];
  return result;
}

}  // namespace galen::trainer::linear
