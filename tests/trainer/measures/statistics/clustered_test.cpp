// Areas and shares of samples that belong to patients, against their definitions in Python.
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "trainer/measures/statistics/area.h"
#include "trainer/measures/statistics/predictive_values.h"
#include "trainer/measures/statistics/quantiles.h"
#include "trainer/measures/statistics/share.h"
#include "trainer/measures/yes_or_no.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace galen::trainer {
namespace {

constexpr double kZ = 1.959963984540054;

class Clustered : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs scipy and scikit-learn (launch/setup.sh --tests)";
    const auto script = test::source_folder() / "tests/trainer/measures/statistics/clustered.py";
    const test::ProgramResult result = test::run_python({script});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    expected_ = nlohmann::json::parse(result.output);
    truth_ = expected_["ill"].get<std::vector<std::uint8_t>>();
  }

  Patients patients() const { return Patients(expected_["patient"].get<std::vector<std::int64_t>>()); }
  ClusteredArea area(const char* model) const {
    const auto scores = expected_[model].get<std::vector<double>>();
    return {Roc(scores.data(), 1, truth_), patients()};
  }

  nlohmann::json expected_;
  std::vector<std::uint8_t> truth_;
};

TEST_F(Clustered, AreasHaveObuchowskisVariance) {
  const ClusteredArea a = area("a"), b = area("b");
  EXPECT_NEAR(a.area, expected_["area_a"], 1e-12);
  EXPECT_NEAR(b.area, expected_["area_b"], 1e-12);
  EXPECT_NEAR(covariance(a, a), expected_["variance_a"], 1e-12);
  EXPECT_NEAR(covariance(b, b), expected_["variance_b"], 1e-12);
  EXPECT_NEAR(covariance(a, b), expected_["covariance"], 1e-12);
  MeanArea mean;
  mean.add(a);
  mean.add(b);
  EXPECT_NEAR(mean.variance(), (covariance(a, a) + covariance(b, b) + 2 * covariance(a, b)) / 4, 1e-15);
  const AreaDifference difference = paired_difference(a, b);
  EXPECT_NEAR(difference.z, (a.area - b.area) / std::sqrt(covariance(a, a) + covariance(b, b) - 2 * covariance(a, b)), 1e-9);
}

TEST_F(Clustered, SharesCountEffectiveCases) {
  auto calls = std::make_shared<Calls>(Calls{truth_, {}});
  for (const double score : expected_["a"].get<std::vector<double>>()) calls->predicted.push_back(score >= 0.5);
  MeanShare mean;
  mean.add(ClusteredShare(is_found(calls), patients()));
  const nlohmann::json& expected = expected_["sensitivity"];
  EXPECT_NEAR(mean.share(), expected["share"], 1e-12);
  EXPECT_NEAR(mean.effective_cases(), expected["cases"], 1e-9);
  EXPECT_NEAR(mean.interval(Method::kWilson).low, expected["wilson"][0], 1e-9);
  EXPECT_NEAR(mean.interval(Method::kWilson).high, expected["wilson"][1], 1e-9);
  EXPECT_NEAR(mean.interval(Method::kClopperPearson).low, expected["clopper"][0], 1e-9);
  EXPECT_NEAR(mean.interval(Method::kClopperPearson).high, expected["clopper"][1], 1e-9);
}

TEST_F(Clustered, QuantilesAreScipys) {
  const nlohmann::json& expected = expected_["quantiles"];
  EXPECT_NEAR(normal_quantile(0.9), expected["normal"], 1e-12);
  EXPECT_NEAR(normal_cdf(-3.3), expected["cdf"], 1e-15);
  EXPECT_NEAR(beta_quantile(0.2, 3.5, 7.25), expected["beta"], 1e-12);
  EXPECT_NEAR(student_cdf(-1.7, 6.4), expected["student"], 1e-12);
  EXPECT_EQ(normal_cdf(normal_quantile(0)), 0);
  EXPECT_EQ(normal_cdf(normal_quantile(1)), 1);
}

Question answers(const std::vector<Answer>& all) {
  return [all](std::int64_t sample) { return all[static_cast<std::size_t>(sample)]; };
}

TEST(Shares, CountPatientsWhereNothingVaries) {
  constexpr auto kYes = Answer::kYes, kNo = Answer::kNo;
  const Patients pairs(std::vector<std::int64_t>{0, 0, 1, 1, 2, 2});
  MeanShare all_right;
  all_right.add(ClusteredShare(answers({kYes, kYes, kYes, kYes, kYes, kYes}), pairs));
  EXPECT_EQ(all_right.effective_cases(), 3) << "not six";
  EXPECT_NEAR(all_right.interval(Method::kWilson).low, 3 / (3 + kZ * kZ), 1e-12);
  MeanShare half;
  half.add(ClusteredShare(answers({kYes, kNo, kYes, kNo, kYes, kNo}), pairs));
  EXPECT_EQ(half.effective_cases(), 3) << "each patient is half right";
  MeanShare unlike;
  unlike.add(ClusteredShare(answers({kYes, kYes, kNo, kNo, Answer::kNotAsked, Answer::kNotAsked}), pairs));
  EXPECT_NEAR(unlike.effective_cases(), 2, 1e-12) << "a patient's samples say the same";
  const ClusteredShare none(answers(std::vector<Answer>(6, Answer::kNotAsked)), pairs);
  EXPECT_TRUE(std::isnan(none.share));
  EXPECT_EQ(none.patients, 0);
}

TEST(Areas, HaveAConventionForOneAndForZero) {
  const std::vector<double> scores = {1, 2, 3, 4, 5, 6, 7};
  const Patients alone(std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6});
  MeanArea perfect, wrong;
  perfect.add(ClusteredArea(Roc(scores.data(), 1, std::vector<std::uint8_t>{0, 0, 0, 0, 1, 1, 1}), alone));
  wrong.add(ClusteredArea(Roc(scores.data(), 1, std::vector<std::uint8_t>{1, 1, 1, 0, 0, 0, 0}), alone));
  EXPECT_NEAR(perfect.interval().low, std::pow(0.025, 1.0 / 3), 1e-12);
  EXPECT_EQ(perfect.interval().high, 1);
  EXPECT_EQ(perfect.interval().method, Method::kPerfectArea);
  EXPECT_EQ(wrong.interval().low, 0);
  EXPECT_NEAR(wrong.interval().high, 1 - std::pow(0.025, 1.0 / 3), 1e-12);
}

TEST(Areas, ThatDoNotVaryHaveTheLargestVariance) {
  const std::vector<double> same(10, 0.5);
  const Patients alone(std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  MeanArea area;
  area.add(ClusteredArea(Roc(same.data(), 1, std::vector<std::uint8_t>{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}), alone));
  EXPECT_EQ(area.interval().method, Method::kAreaBound);
  EXPECT_NEAR(area.interval().low, 1 / (1 + std::exp(kZ * std::sqrt(0.25 / 4) / 0.25)), 1e-12);
}

// By hand: sensitivity 40/50, specificity 90/100, a sample a patient. At 10 %: ppv = .08 / (.08 + .09); the logit's variance is
// .2/(.8·50) + .9/(.1·100), that of the negative one .1/(.9·100) + .8/(.2·50).
TEST(PredictiveValuesAtAPrevalence, AreBayesWithTheDeltaMethod) {
  std::vector<Answer> found, spared;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < 150; ++i) {
    numbers.push_back(i);
    found.push_back(i >= 50 ? Answer::kNotAsked : i < 40 ? Answer::kYes : Answer::kNo);
    spared.push_back(i < 50 ? Answer::kNotAsked : i < 140 ? Answer::kYes : Answer::kNo);
  }
  const Patients alone(numbers);
  const PredictiveValues values(ClusteredShare(answers(found), alone), ClusteredShare(answers(spared), alone), 0.1);
  const auto expect = [](const PredictiveValue& value, double by_hand, double variance) {
    const double logit = std::log(by_hand / (1 - by_hand));
    EXPECT_NEAR(value.value, by_hand, 1e-12);
    EXPECT_NEAR(value.interval.low, 1 / (1 + std::exp(kZ * std::sqrt(variance) - logit)), 1e-12);
    EXPECT_NEAR(value.interval.high, 1 / (1 + std::exp(-kZ * std::sqrt(variance) - logit)), 1e-12);
  };
  expect(values.positive, 0.08 / 0.17, 0.2 / (0.8 * 50) + 0.9 / (0.1 * 100));
  expect(values.negative, 0.81 / 0.83, 0.1 / (0.9 * 100) + 0.8 / (0.2 * 50));
}

TEST(PredictiveValuesAtAPrevalence, HaveAWidthAtOne) {
  const Patients alone(std::vector<std::int64_t>{0, 1, 2, 3});
  const auto [yes, no, other] = std::tuple(Answer::kYes, Answer::kNo, Answer::kNotAsked);
  const PredictiveValues values(ClusteredShare(answers({yes, no, other, other}), alone),
                                ClusteredShare(answers({other, other, yes, yes}), alone), 0.1);
  EXPECT_EQ(values.positive.value, 1);
  EXPECT_EQ(values.positive.interval.high, 1);
  EXPECT_LT(values.positive.interval.low, 0.9);
  EXPECT_LT(values.negative.interval.low, values.negative.interval.high);
}

}  // namespace
}  // namespace galen::trainer
