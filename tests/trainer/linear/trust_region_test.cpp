// The solver of problems whose Hessian is too large, against the condition of an optimum itself: a gradient of 0, summed by plain loops.

#include "tests/support/thread_communicator.h"
#include "tests/trainer/linear/reference_cases.h"
#include "trainer/linear/fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kRows = 200, kColumns = 50, kClasses = 40;
constexpr double kShrinkage = 1.5;

test::SmallTable many_classes() {
  test::SmallTable table{.columns = kColumns};
  for (std::int64_t i = 0; i < kRows; ++i) {
    for (std::int64_t j = 0; j < kColumns; ++j) table.values.push_back(std::sin(0.37 * static_cast<double>((i + 1) * (j + 3)) + 0.1));
    table.targets.push_back(static_cast<double>(i * 7 % kClasses));
    table.patients.push_back(i);
  }
  return table;
}

std::vector<double> fit_on(int ranks) {
  FitSpecification what{.kind = Kind::kLogistic, .classes = kClasses, .penalty = {.l2 = kShrinkage}};
  what.names.columns = test::column_names(kColumns);
  what.names.outputs.assign(kClasses, "class");
  std::vector<double> coefficients;
  test::run_ranks(ranks, [&](comm::Communicator& communicator) {
    Fit fit(what, test::rows_of_rank(many_classes(), communicator), communicator, 1);
    while (!fit.state().converged && fit.state().rounds < 300) fit.next();
    EXPECT_TRUE(fit.state().converged);
    if (communicator.rank() == 0) coefficients = fit.coefficients();
  });
  return coefficients;
}

// Σ (probability − truth) · (1, x), by class, and the penalty's part.
std::vector<double> gradient_at(const std::vector<double>& coefficients) {
  const test::SmallTable table = many_classes();
  constexpr std::size_t kWidth = 1 + kColumns;
  std::vector<double> gradient(coefficients.size());
  for (std::size_t i = 0; i < kRows; ++i) {
    std::vector<double> row = {1};
    row.insert(row.end(), table.values.begin() + static_cast<std::ptrdiff_t>(i * kColumns),
               table.values.begin() + static_cast<std::ptrdiff_t>((i + 1) * kColumns));
    std::vector<double> odds(kClasses);
    double sum = 0;
    for (std::size_t k = 0; k < kClasses; ++k) {
      double logit = 0;
      for (std::size_t j = 0; j < kWidth; ++j) logit += coefficients[k * kWidth + j] * row[j];
      sum += odds[k] = std::exp(logit);
    }
    for (std::size_t k = 0; k < kClasses; ++k) {
      const double residual = odds[k] / sum - (table.targets[i] == static_cast<double>(k) ? 1 : 0);
      for (std::size_t j = 0; j < kWidth; ++j) gradient[k * kWidth + j] += residual * row[j];
    }
  }
  for (std::size_t c = 0; c < gradient.size(); ++c) gradient[c] += c % kWidth == 0 ? 0 : kShrinkage * coefficients[c];
  return gradient;
}

TEST(TrustRegion, EndsAtTheOptimumWithTheSameBitsOnAnyNumberOfWorkers) {
  const std::vector<double> coefficients = fit_on(1);
  ASSERT_EQ(coefficients.size(), static_cast<std::size_t>(kClasses * (1 + kColumns)));
  ASSERT_GT(static_cast<std::int64_t>(coefficients.size()), kLargestHessian);
  EXPECT_GT(*std::ranges::max_element(coefficients), 0.1);
  for (const double part : gradient_at(coefficients)) EXPECT_NEAR(part, 0, 1e-6);
  for (const int ranks : {2, 3, 4, 8}) EXPECT_EQ(fit_on(ranks), coefficients) << ranks;
}

}  // namespace
}  // namespace galen::trainer::linear
