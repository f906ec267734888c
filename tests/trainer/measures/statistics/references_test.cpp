// Reference values of pROC, statsmodels and scikit-learn for binary.csv.
#include "tests/trainer/measures/statistics/reference_tables.h"
#include "trainer/measures/statistics/area.h"
#include "trainer/measures/statistics/average_precision.h"
#include "trainer/measures/statistics/quantiles.h"
#include "trainer/measures/statistics/share.h"
#include "trainer/measures/yes_or_no.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace galen::trainer {
namespace {

using test::BinaryTable;

class References : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = test::evaluation_references();
    if (!folder) GTEST_SKIP() << "needs ../references/evaluation in GALEN_REAL_DATA";
    expected_ = test::read_figures(*folder / "expected.csv");
    by_r_ = test::read_figures(*folder / "expected_r.csv");
    table_ = test::read_binary(*folder / "binary.csv", "test");
    validation_ = test::read_binary(*folder / "binary.csv", "validation");
  }

  static Patients each_alone(const BinaryTable& table) {
    std::vector<std::int64_t> numbers(table.truth.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    return Patients(numbers);
  }

  static ClusteredArea area(const BinaryTable& table, const std::vector<double>& scores, const Patients& patients) {
    return {Roc(scores.data(), 1, table.truth), patients};
  }

  static Interval interval(const ClusteredArea& area) {
    MeanArea mean;
    mean.add(area);
    EXPECT_NEAR(mean.variance(), covariance(area, area), 1e-18);
    return mean.interval();
  }

  void expect(const std::string& figure, double value, double tolerance = 1e-9) const {
    EXPECT_NEAR(value, expected_.at(figure), tolerance) << figure;
  }
  void expect_by_r(const std::string& figure, double value) const { EXPECT_NEAR(value, by_r_.at(figure), 1e-9) << figure; }

  // The shares of model A's answers from a threshold on.
  void expect_shares(const std::string& name, double threshold) const {
    auto calls = std::make_shared<Calls>(Calls{table_.truth, {}});
    for (const double score : table_.a) calls->predicted.push_back(score >= threshold);
    const SharedCalls shared = calls;
    const Patients alone = each_alone(table_);
    for (const auto& [what, question] : {std::pair("sensitivity", is_found(shared)), std::pair("specificity", is_spared(shared)),
                                         std::pair("ppv", is_rightly_called(shared)), std::pair("npv", is_rightly_spared(shared))}) {
      MeanShare mean;
      mean.add(ClusteredShare(question, alone));
      const std::string figure = name + "_" + what;
      expect(figure, mean.share());
      const Interval by_wilson = mean.interval(Method::kWilson);
      expect(figure + "_wilson_low", by_wilson.low);
      expect(figure + "_wilson_high", by_wilson.high);
      const Interval exact = mean.interval(Method::kClopperPearson);
      expect(figure + "_clopper_low", exact.low);
      expect(figure + "_clopper_high", exact.high);
    }
  }

  std::map<std::string, double> expected_, by_r_;
  BinaryTable table_, validation_;
};

TEST_F(References, DeLongsVarianceIsThatOfOneSampleAPatient) {
  const Patients alone = each_alone(table_);
  const ClusteredArea a = area(table_, table_.a, alone);
  const ClusteredArea b = area(table_, table_.b, alone);
  expect("auc_a", a.area);
  expect("auc_b", b.area);
  expect("auc_a_delong_variance", covariance(a, a), 1e-12);
  expect("auc_b_delong_variance", covariance(b, b), 1e-12);
  expect("auc_delong_covariance", covariance(a, b), 1e-12);
  expect("auc_a_delong_logit_low", interval(a).low);
  expect("auc_a_delong_logit_high", interval(a).high);
  const double half = normal_quantile(0.975) * std::sqrt(covariance(a, a));
  expect_by_r("auc_a_delong_wald_low", a.area - half);
  expect_by_r("auc_a_delong_wald_high", a.area + half);
}

TEST_F(References, TwoModelsAreComparedOnTheSamePatients) {
  const Patients alone = each_alone(table_);
  const AreaDifference difference = paired_difference(area(table_, table_.a, alone), area(table_, table_.b, alone));
  expect("auc_difference_z", difference.z, 4e-9);  // the table has ten digits
  expect("auc_difference_p", difference.p, 1e-13);
  expect_by_r("auc_difference_low", difference.low);
  expect_by_r("auc_difference_high", difference.high);
}

TEST_F(References, WomenAndMenAreComparedAsDifferentPatients) {
  const BinaryTable women = table_.where(&BinaryTable::sex, "f");
  const BinaryTable men = table_.where(&BinaryTable::sex, "m");
  const AreaDifference difference = unpaired_difference(area(women, women.a, each_alone(women)), area(men, men.a, each_alone(men)));
  expect_by_r("auc_f_m_D", difference.z);
  expect_by_r("auc_f_m_p", difference.p);
}

TEST_F(References, SubgroupsHaveTheirOwnVariance) {
  for (const auto& [column, groups] : {std::pair("sex", std::vector{"f", "m"}), std::pair("site", std::vector{"A", "B", "C"})}) {
    for (const char* group : groups) {
      const BinaryTable some = table_.where(column == std::string("sex") ? &BinaryTable::sex : &BinaryTable::site, group);
      const ClusteredArea a = area(some, some.a, each_alone(some));
      const std::string figure = std::string(column) + "_" + group + "_auc_a";
      expect(figure, a.area);
      expect(figure + "_delong_variance", covariance(a, a), 1e-12);
    }
  }
}

TEST_F(References, SamplesOfAPatientAreSummedFirst) {
  const Patients patients(table_.patients);
  const ClusteredArea a = area(table_, table_.a, patients);
  const ClusteredArea b = area(table_, table_.b, patients);
  expect("patients", static_cast<double>(patients.count()));
  expect("auc_a_clustered_variance", covariance(a, a), 1e-12);
  expect("auc_b_clustered_variance", covariance(b, b), 1e-12);
  expect("auc_clustered_covariance", covariance(a, b), 1e-12);
  const double by_bootstrap = expected_.at("auc_a_patient_bootstrap_variance");
  EXPECT_NEAR(covariance(a, a), by_bootstrap, 0.1 * by_bootstrap);
}

TEST_F(References, SharesAtThresholdsHaveWilsonsAndClopperPearsonsIntervals) {
  for (const char* name : {"specificity_90", "sensitivity_95", "youden"}) {
    expect_shares(name, expected_.at(std::string("threshold_") + name));
  }
  for (const auto& [name, share] : {std::pair("all_right_of_40", 1.0), std::pair("none_of_40", 0.0)}) {
    expect(std::string(name) + "_wilson_low", wilson(share, 40).low);
    expect(std::string(name) + "_wilson_high", wilson(share, 40).high);
    expect(std::string(name) + "_clopper_low", clopper_pearson(share, 40).low);
    expect(std::string(name) + "_clopper_high", clopper_pearson(share, 40).high);
  }
}

TEST_F(References, AveragePrecisionIsScikitLearns) {
  expect("average_precision_a", average_precision(Roc(table_.a.data(), 1, table_.truth)));
  expect("average_precision_b", average_precision(Roc(table_.b.data(), 1, table_.truth)));
}

TEST_F(References, BrierScoresAndMetricsOfDecisionsAgree) {
  for (const auto& [name, scores] : {std::pair("a", &table_.a), std::pair("b", &table_.b)}) {
    for (const Measure& measure : brier_measures(Calls{table_.truth, {}}, scores->data(), 1)) {
      expect(measure.name + "_" + name, measure.value);
    }
  }
  for (const char* name : {"specificity_90", "sensitivity_95", "youden"}) {
    Calls calls{table_.truth, {}};
    for (const double score : table_.a) {
      calls.predicted.push_back(score >= expected_.at(std::string("threshold_") + name));
    }
    for (const Measure& measure : agreement_measures(calls)) expect(std::string(name) + "_" + measure.name, measure.value);
  }
}

}  // namespace
}  // namespace galen::trainer
