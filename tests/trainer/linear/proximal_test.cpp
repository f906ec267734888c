// Lasso and elastic net against what an optimum is: the conditions of Karush, Kuhn and Tucker, summed by plain loops.

#include "tests/support/thread_communicator.h"
#include "tests/trainer/linear/reference_cases.h"
#include "trainer/linear/fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace galen::trainer::linear {
namespace {

// 150 rows of 20 waves on different scales, a few of which say something of the targets.
test::SmallTable waves(Kind kind) {
  test::SmallTable table{.columns = 20};
  for (int row = 0; row < 150; ++row) {
    double score = 0;
    for (int c = 0; c < 20; ++c) {
      const double value = std::sin(0.61 * (row + 1) * (c + 2) + 0.2 * c) * (1 + c % 3) + c;
      table.values.push_back(value);
      if (c % 6 == 1) score += value - c;
    }
    const double noise = std::cos(17.3 * row);
    table.targets.push_back(kind == Kind::kLinear ? 5 + score + noise : score + noise > 0 ? 1 : 0);
    table.patients.push_back(row);
  }
  return table;
}

void expect_optimum(Kind kind, double l1, double l2) {
  const test::SmallTable table = waves(kind);
  FitSpecification what{.kind = kind, .classes = kind == Kind::kLogistic ? 2 : 0, .penalty = {.l2 = l2, .l1 = l1}};
  what.names = {test::column_names(table.columns), {"y"}, {}};
  std::vector<double> b;
  test::run_ranks(2, [&](comm::Communicator& communicator) {
    Fit fit(what, test::rows_of_rank(table, communicator), communicator, 1);
    while (!fit.state().converged && fit.state().rounds < 300) fit.next();
    if (communicator.rank() == 0) b = fit.coefficients();
  });
  std::vector<double> down(b.size());  // Σ (target − prediction) · (1, x)
  for (std::size_t row = 0; row < table.targets.size(); ++row) {
    const double* x = table.values.data() + row * table.columns;
    double score = b[0];
    for (std::int64_t c = 0; c < table.columns; ++c) score += b[1 + c] * x[c];
    const double residual = table.targets[row] - (kind == Kind::kLinear ? score : 1 / (1 + std::exp(-score)));
    down[0] += residual;
    for (std::int64_t c = 0; c < table.columns; ++c) down[1 + c] += residual * x[c];
  }
  EXPECT_NEAR(down[0], 0, 1e-6);
  for (std::size_t i = 1; i < b.size(); ++i) {
    const double slope = down[i] - l2 * b[i];
    if (b[i] == 0) {
      EXPECT_LE(std::abs(slope), l1 + 1e-6) << i;
    } else {
      EXPECT_NEAR(slope, std::copysign(l1, b[i]), 1e-6) << i;
    }
  }
  const auto zeros = std::ranges::count(b, 0.0);
  EXPECT_GT(zeros, 2) << "a penalty that leaves no column out";
  EXPECT_LT(zeros, 19) << "a penalty that leaves all columns out";
}

TEST(Proximal, MeetsTheConditionsOfAnOptimum) {
  expect_optimum(Kind::kLinear, 60, 0);
  expect_optimum(Kind::kLinear, 40, 20);
  expect_optimum(Kind::kLogistic, 8, 0);
  expect_optimum(Kind::kLogistic, 5, 3);
}

}  // namespace
}  // namespace galen::trainer::linear
