// Fits of data without a solution, or without a unique one.

#include "galen/error.h"
#include "tests/support/thread_communicator.h"
#include "tests/trainer/linear/reference_cases.h"
#include "trainer/linear/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>

namespace galen::trainer::linear {
namespace {

using test::SmallTable;
using ::testing::HasSubstr;

FitSpecification specification(Kind kind, std::int64_t columns, std::int64_t classes = 0) {
  FitSpecification result{.kind = kind, .classes = classes, .names = {test::column_names(columns), {"M"}, classes == 2 ? "B" : ""}};
  if (classes > 2) result.names.outputs.assign(classes, "class");
  return result;
}

// Fits on two ranks, and calls `look` on the first.
void fit(const SmallTable& table, const FitSpecification& what, const std::function<void(const Fit&, const Inference&)>& look) {
  test::run_ranks(2, [&](comm::Communicator& communicator) {
    Fit fitted(what, test::rows_of_rank(table, communicator), communicator, 1);
    while (!fitted.state().converged && fitted.state().rounds < 300) fitted.next();
    const Inference inference = infer(fitted, {});
    if (communicator.rank() == 0) look(fitted, inference);
  });
}

std::string error_of(const SmallTable& table, const FitSpecification& what) {
  try {
    fit(table, what, [](const Fit&, const Inference&) {});
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

SmallTable table_of(std::int64_t columns, std::vector<double> values, std::vector<double> targets) {
  SmallTable table{columns, std::move(values), std::move(targets), {}};
  table.patients.resize(table.targets.size());
  std::iota(table.patients.begin(), table.patients.end(), 0);
  return table;
}

// A smooth column and a wavy one, without randomness.
SmallTable waves(std::int64_t rows) {
  SmallTable table{.columns = 2};
  for (std::int64_t i = 0; i < rows; ++i) {
    table.values.insert(table.values.end(), {std::sin(0.7 * static_cast<double>(i)), 10 + std::cos(1.3 * static_cast<double>(i * i))});
    table.targets.push_back(static_cast<double>(i % 3 == 0));
    table.patients.push_back(i);
  }
  return table;
}

TEST(Separation, OfBreastCancerByAllColumnsIsExplained) {
  std::vector<std::int64_t> all(30);
  std::iota(all.begin(), all.end(), 0);
  const std::string text = error_of(test::breast_cancer(all), specification(Kind::kLogistic, 30, 2));
  EXPECT_THAT(text, HasSubstr("has no maximum"));
  EXPECT_THAT(text, HasSubstr("penalty.firth"));
  EXPECT_THAT(text, HasSubstr("penalty.l2"));
}

TEST(Separation, NamesTheColumnThatDivides) {
  SmallTable table = waves(60);
  for (std::int64_t i = 0; i < 60; ++i)
    table.values[2 * i + 1] = table.targets[i] == 1 ? 3 + 0.01 * static_cast<double>(i) : 1.0 / (1.0 + i);
  const std::string text = error_of(table, specification(Kind::kLogistic, 2, 2));
  EXPECT_THAT(text, HasSubstr("complete separation"));
  EXPECT_THAT(text, HasSubstr("x2 (towards plus infinity for M)"));
}

TEST(Separation, IsFoundWhereSomeRowsLieOnTheBorder) {
  SmallTable table = waves(80);
  for (std::int64_t i = 0; i < 80; ++i) {  // the second column is 1 for some of the class, and 0 for all others
    table.values[2 * i + 1] = table.targets[i] == 0 && i % 4 == 1 ? 1 : 0;
  }
  const std::string text = error_of(table, specification(Kind::kLogistic, 2, 2));
  EXPECT_THAT(text, HasSubstr("quasi-complete separation"));
  EXPECT_THAT(text, HasSubstr("x2 (towards minus infinity for M)"));
}

TEST(Separation, OfCountsIsFound) {
  SmallTable table = waves(80);
  for (std::int64_t i = 0; i < 80; ++i) {
    table.values[2 * i + 1] = static_cast<double>(i % 4 == 1);
    table.targets[i] = i % 4 == 1 ? 0 : static_cast<double>(i % 5);
  }
  EXPECT_THAT(error_of(table, specification(Kind::kPoisson, 2)), HasSubstr("x2 (towards minus infinity"));
}

TEST(Columns, ThatDependOnOthersOrAreConstantAreLeftOutAndNamed) {
  const SmallTable two = waves(50);
  SmallTable five{.columns = 5, .targets = two.targets, .patients = two.patients};
  for (std::int64_t i = 0; i < 50; ++i) {
    const double a = two.values[2 * i], b = two.values[2 * i + 1];
    five.values.insert(five.values.end(), {a, 7.0, b, 2 * a - 3 * b + 1, b * 1e-3 + 5});
  }
  fit(two, specification(Kind::kLogistic, 2, 2), [&](const Fit& whole, const Inference& expected) {
    fit(five, specification(Kind::kLogistic, 5, 2), [&](const Fit& fitted, const Inference& inference) {
      EXPECT_THAT(left_out(fitted, inference),
                  ::testing::ElementsAre("x2 is left out: it has one value only in the training split.",
                                         "x4 is left out: it is a combination of x3, x1.", "x5 is left out: it is a combination of x3."));
      const std::vector<double> b = fitted.coefficients(), known = whole.coefficients();
      EXPECT_NEAR(b[1], known[1], 1e-9);
      EXPECT_NEAR(b[3], known[2], 1e-9);
      EXPECT_EQ(b[2], 0);
      EXPECT_EQ(b[4], 0);
      EXPECT_NEAR(inference.estimates[0][3].error, expected.estimates[0][2].error, 1e-9);
      EXPECT_TRUE(std::isnan(inference.estimates[0][4].error));
    });
  });
}

TEST(Targets, ThatTheModelDoesNotAllowAreRefused) {
  EXPECT_THAT(error_of(table_of(1, {1, 2, 3}, {0, 0, 0}), specification(Kind::kLogistic, 1, 2)), HasSubstr("No row"));
  EXPECT_THAT(error_of(table_of(1, {1, 2, 3}, {0, 1.5, 2}), specification(Kind::kPoisson, 1)), HasSubstr("not a count"));
  EXPECT_THAT(error_of(table_of(1, {1, NAN, 3}, {0, 1, 1}), specification(Kind::kLogistic, 1, 2)), HasSubstr("1 of 3 rows"));
}

TEST(Penalties, ThatDoNotFitAreRefused) {
  FitSpecification firth = specification(Kind::kLinear, 2);
  firth.penalty.firth = true;
  EXPECT_THAT(error_of(waves(20), firth), HasSubstr("two classes"));
}

TEST(Report, HasTheTableAndTheFindings) {
  fit(test::breast_cancer({0, 1, 4}), specification(Kind::kLogistic, 3, 2), [](const Fit& fitted, const Inference& inference) {
    const std::string text = report_text(fitted, inference);
    EXPECT_THAT(text, HasSubstr("Logistic regression: 569 patients, 212 of M; log-likelihood -93.645; converged in"));
    EXPECT_THAT(text, HasSubstr("1.397       0.154   9.07  <0.001    1.095 to 1.699 "));
    EXPECT_THAT(text, HasSubstr(" 4.04 (2.99 to 5.47)\n"));
    EXPECT_THAT(text, HasSubstr("0.3806      0.0571   6.66  <0.001  0.2686 to 0.4925 "));
    const auto json = report_json(fitted, inference);
    const auto& radius = json["outputs"][0]["coefficients"][1];
    EXPECT_EQ(radius["name"], "x1");
    EXPECT_NEAR(radius["odds_ratio"]["ratio"].get<double>(), std::exp(1.39699241), 1e-6);
    EXPECT_NEAR(radius["odds_ratio_per_deviation"]["ratio"].get<double>(), std::exp(1.39699241 * radius["deviation"].get<double>()), 1e-4);
    EXPECT_EQ(json["covariance_matrix"].size(), 4u);
  });
}

TEST(Report, SaysWhyAPenaltyLeavesNoErrors) {
  FitSpecification what = specification(Kind::kLogistic, 2, 2);
  what.penalty.l2 = 1;
  fit(waves(40), what, [](const Fit& fitted, const Inference& inference) {
    EXPECT_FALSE(inference.covariance);
    EXPECT_THAT(report_text(fitted, inference), HasSubstr("With a penalty"));
    EXPECT_TRUE(report_json(fitted, inference)["outputs"][0]["coefficients"][1]["p"].is_null());
  });
}

}  // namespace
}  // namespace galen::trainer::linear
