#include "trainer/linear/fit.h"

#include "galen/error.h"
#include "tests/support/thread_communicator.h"
#include "tests/trainer/linear/reference_cases.h"
#include "trainer/linear/inference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace galen::trainer::linear {
namespace {

using test::ReferenceCase;

struct Fitted {
  std::vector<double> coefficients;
  Inference inference;
  std::int64_t rounds = 0;
};

Fitted fit_on(const ReferenceCase& reference, int ranks, int threads = 1) {
  Fitted result;
  test::run_ranks(ranks, [&](comm::Communicator& communicator) {
    Fit fit(reference.specification, test::rows_of_rank(reference.table, communicator), communicator, threads);
    while (!fit.state().converged && fit.state().rounds < 500) fit.next();
    Inference inference = infer(fit, reference.options);
    if (communicator.rank() == 0) result = {fit.coefficients(), std::move(inference), fit.state().rounds};
  });
  return result;
}

void expect_figures(const std::string& what, const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  if (expected.empty()) return;
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i])) continue;
    EXPECT_NEAR(found[i], expected[i], tolerance * std::max(std::abs(expected[i]), 1e-7)) << what << " " << i;
  }
}

std::vector<double> column(const Inference& inference, double Estimate::*member) {
  std::vector<double> values;
  for (const auto& output : inference.estimates) {
    for (const Estimate& estimate : output) values.push_back(estimate.*member);
  }
  return values;
}

TEST(Fit, AgreesWithStatsmodelsAndScikitLearn) {
  const std::vector<ReferenceCase> cases = test::reference_cases();
  ASSERT_GE(cases.size(), 20u);
  for (const ReferenceCase& reference : cases) {
    SCOPED_TRACE(reference.name);
    const Fitted found = fit_on(reference, 1);
    const auto figure = [&](const char* name) {
      return reference.figures.contains(name) ? reference.figures.at(name) : std::vector<double>();
    };
    expect_figures("coefficient", found.coefficients, figure("coefficients"), reference.tolerance);
    expect_figures("error", column(found.inference, &Estimate::error), figure("errors"), reference.tolerance);
    expect_figures("statistic", column(found.inference, &Estimate::statistic), figure("statistics"), reference.tolerance);
    expect_figures("p", column(found.inference, &Estimate::p), figure("p"), 100 * reference.tolerance);
    expect_figures("low", column(found.inference, &Estimate::low), figure("low"), 10 * reference.tolerance);
    expect_figures("high", column(found.inference, &Estimate::high), figure("high"), 10 * reference.tolerance);
    expect_figures("log-likelihood", {found.inference.log_likelihood}, figure("log_likelihood"), 1e-8);
    expect_figures("null log-likelihood", {found.inference.null_log_likelihood}, figure("null_log_likelihood"), 1e-8);
    expect_figures("R²", {found.inference.r_squared}, figure("r_squared"), 1e-8);
    expect_figures("F", {found.inference.f}, figure("f"), 1e-7);
  }
}

// R's glm and statsmodels agree on these to the digits printed.
TEST(Fit, GivesThePublishedFiguresOfBreastCancer) {
  for (const ReferenceCase& reference : test::reference_cases()) {
    if (reference.name != "logit_wdbc_3" && reference.name != "logit_wdbc_3_patients") continue;
    const Fitted found = fit_on(reference, 2);
    expect_figures("b", found.coefficients, {-42.01940764, 1.39699241, 0.38055893, 144.67422712}, 1e-8);
    const std::vector<double> errors = reference.name == "logit_wdbc_3"
                                           ? std::vector<double>{4.45942687, 0.15403241, 0.05711325, 19.04687509}
                                           : std::vector<double>{4.20152628, 0.14839586, 0.05569495, 17.15889416};
    expect_figures("error", column(found.inference, &Estimate::error), errors, 1e-7);
    EXPECT_NEAR(found.inference.log_likelihood, -93.64511136, 5e-9);
  }
}

// Thirty columns that divide the classes: hat values near 1, where scoring takes near a hundred rounds.
TEST(Fit, OfFirthsPenaltyTakesFewRounds) {
  for (const ReferenceCase& reference : test::reference_cases()) {
    if (reference.specification.penalty.firth) {
      EXPECT_LE(fit_on(reference, 1).rounds, 15) << reference.name;
    }
  }
}

TEST(Fit, GivesTheSameBitsOnAnyNumberOfWorkersAndThreads) {
  for (const ReferenceCase& reference : test::reference_cases()) {
    if (reference.name == "firth_few" || reference.name == "logit_likelihood_intervals") continue;
    SCOPED_TRACE(reference.name);
    const Fitted one = fit_on(reference, 1);
    for (const int ranks : {2, 3, 4, 8}) {
      const Fitted some = fit_on(reference, ranks, /*threads=*/ranks == 3 ? 2 : 1);
      EXPECT_EQ(some.coefficients, one.coefficients) << ranks;
      EXPECT_EQ(some.rounds, one.rounds) << ranks;
      if (one.inference.covariance) {
        EXPECT_EQ(some.inference.covariance->values, one.inference.covariance->values) << ranks;
      }
    }
  }
}

TEST(Fit, ContinuesFromItsStateWithTheSameBits) {
  for (const ReferenceCase& reference : test::reference_cases()) {
    SCOPED_TRACE(reference.name);
    const Fitted whole = fit_on(reference, 1);
    FitState state;
    test::run_ranks(2, [&](comm::Communicator& communicator) {
      Fit fit(reference.specification, test::rows_of_rank(reference.table, communicator), communicator, 1);
      fit.next();
      if (communicator.rank() == 0) state = fit.state();
    });
    const auto columns = static_cast<std::int64_t>(reference.specification.names.columns.size());
    const auto outputs = static_cast<std::int64_t>(state.coefficients.size()) / (1 + columns);
    test::run_ranks(3, [&](comm::Communicator& communicator) {
      Fit fit(reference.specification, test::rows_of_rank(reference.table, communicator), communicator, 1);
      fit.restore(FitState::from(state.flat(), outputs, columns));
      while (!fit.state().converged) fit.next();
      EXPECT_EQ(fit.coefficients(), whole.coefficients);
      EXPECT_EQ(fit.state().rounds, whole.rounds);
    });
  }
}

}  // namespace
}  // namespace galen::trainer::linear
