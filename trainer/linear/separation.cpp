#include "trainer/linear/separation.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace galen::trainer::linear {
namespace {

// Newton's steps converge for the rows on the border; the margins of all others grow by about 1 in each step.
constexpr double kOnTheBorder = 1e-3;
constexpr double kGrowing = 0.1;

}  // namespace

bool divides(const Objective& objective, std::span<const double> step) {
  const Family& family = objective.problem().family;
  const std::int64_t outputs = objective.outputs();
  const PassShape shape{.products = outputs, .sums = 0, .scalars = 2};
  double scale = 0;
  for (const double value : step) scale = std::max(scale, std::abs(value));
  const PassSums counts =
      BlockPass(objective.problem().rows, objective.problem().sums, objective.design()).run(shape, step, [&](Block& block) {
        std::vector<double> predictors(outputs);
        for (std::int64_t row = 0; row < block.rows; ++row) {
          for (std::int64_t a = 0; a < outputs; ++a) predictors[a] = block.products[a * kBlockRows + row];
          const double margin = family.margin(predictors, block.targets[row]);
          if (margin < -kOnTheBorder * scale) block.scalars[0] += 1;
          if (margin > kGrowing * scale) block.scalars[1] += 1;
        }
      });
  return counts.scalars[0] == 0 && counts.scalars[1] > 0;
}

void throw_separation(const Objective& objective, std::span<const double> direction, bool complete) {
  const Design& design = objective.design();
  const Names& names = objective.problem().names;
  double largest = 0;
  std::size_t found = 1;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    if (i % design.width() == 0 || std::abs(direction[i]) <= largest) continue;
    largest = std::abs(direction[i]);
    found = i;
  }
  const std::string& output = names.outputs[found / design.width()];
  const std::string remedy =
      objective.problem().family.quadratic() || names.outputs.size() > 1 || names.reference.empty()
          ? "Set penalty.l2 (for example 1), or leave out columns."
          : "Set penalty.firth = true for finite estimates with intervals, or penalty.l2 (for example 1), or leave out columns.";
  throw Error(
      "The likelihood has no maximum: {} of the training split {}. The likelihood increases as coefficients grow without bound, "
      "above all "
      "that of {} (towards {} for {}). {}",
      complete ? "all rows" : "the rows",
      complete ? "are separated by the columns without a single error (complete separation)"
               : "are separated by the columns without an error, but for rows on the border (complete or quasi-complete separation)",
      names.columns[design.columns()[found % design.width() - 1]], direction[found] > 0 ? "plus infinity" : "minus infinity", output,
      remedy);
}

}  // namespace galen::trainer::linear
