#include "trainer/evaluation/report.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/evaluation/small_dataset.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace galen::trainer {
namespace {

using models::OutputForm;
using testing::HasSubstr;

const std::vector<std::string> kNames = {"benign", "malignant"};

class ReportTest : public testing::Test {
 protected:
  std::shared_ptr<const data::Dataset> dataset(const at::Tensor& targets, const std::vector<std::string>& groups = {}) {
    return test::small_dataset(folder_ / "report.h5", "binary", kNames, 1, targets, groups);
  }

  // All samples of the data set, with these logits.
  static Predictions predictions(const data::Dataset& dataset, const at::Tensor& logits) {
    return {logits.unsqueeze(1), dataset.targets(), at::arange(dataset.size(), at::kLong)};
  }

  const std::unique_ptr<Task> task_ = make_task({"binary", "1, 3"}, kNames, OutputForm::kLogits);
  test::TemporaryFolder folder_;
};

TEST_F(ReportTest, HasTheLossFirstAndEveryMetricOfTheTask) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong), {"P0", "P1", "P2", "P3"});
  const at::Tensor logits = at::tensor({-2.0F, 1.0F, 0.5F, 3.0F});
  const Report report = make_report(*task_, predictions(*data, logits), *data, {.resamples = 0});
  ASSERT_EQ(report.metrics.size(), 5);
  EXPECT_EQ(report.metrics[0].name, "loss");
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  EXPECT_NEAR(report.value("loss"), (softplus(-2) + softplus(1) + 3 * softplus(-0.5) + 3 * softplus(-3)) / 8, 1e-6);
  EXPECT_EQ(report.value("accuracy"), 0.75);
  EXPECT_EQ(report.value("auc"), 0.75);
  EXPECT_EQ(report.value("sensitivity"), 1);
  EXPECT_EQ(report.value("specificity"), 0.5);
  EXPECT_TRUE(std::isnan(report.metrics[1].low) && std::isnan(report.metrics[1].high)) << "no interval was asked for";
  EXPECT_EQ(report.samples, 4);
  EXPECT_EQ(report.patients, 4);
  EXPECT_THAT([&] { report.value("dice"); }, testing::ThrowsMessage<UsageError>(HasSubstr("loss, accuracy, auc")));
}

TEST_F(ReportTest, TheLossIsTheTasks) {
  const auto data = dataset(at::arange(300, at::kLong).remainder(2));
  const at::Tensor logits = at::arange(300, at::kDouble).sin().mul(5).to(at::kFloat);
  const Report report = make_report(*task_, predictions(*data, logits), *data, {.resamples = 0});
  const double loss = task_->loss(logits.unsqueeze(1), data->targets()).item<double>() / task_->weight(data->targets());
  EXPECT_NEAR(report.value("loss"), loss, 1e-6 * loss);
}

TEST_F(ReportTest, TheIntervalOfAnAccuracyIsThatOfTheBinomial) {
  // 400 independent samples, 300 of them right: by the normal approximation 0.75 ± 1.96 · √(0.75 · 0.25 / 400).
  const auto data = dataset(at::arange(400, at::kLong).remainder(2));
  const at::Tensor right = at::arange(400).remainder(4).ne(0).to(at::kFloat).mul(2).sub(1);
  const at::Tensor logits = data->targets().to(at::kFloat).mul(2).sub(1).mul(right);
  const Report report = make_report(*task_, predictions(*data, logits), *data, {.resamples = 4000});
  EXPECT_EQ(report.value("accuracy"), 0.75);
  EXPECT_NEAR(report.metrics[1].low, 0.75 - 0.0424, 0.005);
  EXPECT_NEAR(report.metrics[1].high, 0.75 + 0.0424, 0.005);
}

TEST_F(ReportTest, SamplesOfOnePatientCountAsOneObservation) {
  // The same 400 samples, but 8 of a patient, alike: only 50 independent ones, so that the interval is √8 times as wide.
  std::vector<std::string> groups;
  for (int i = 0; i < 400; ++i) groups.push_back(fmt::format("P{}", i / 8));
  const auto data = dataset(at::arange(400, at::kLong).remainder(2), groups);
  const at::Tensor right = at::arange(400).floor_divide(8).remainder(4).ne(0).to(at::kFloat).mul(2).sub(1);
  const at::Tensor logits = data->targets().to(at::kFloat).mul(2).sub(1).mul(right);
  const Report report = make_report(*task_, predictions(*data, logits), *data, {.resamples = 4000});
  EXPECT_EQ(report.patients, 50);
  EXPECT_NEAR(report.metrics[1].high - report.metrics[1].low,
              2 * 1.96 * std::sqrt(report.value("accuracy") * (1 - report.value("accuracy")) / 50), 0.03);
}

TEST_F(ReportTest, ResamplesWithOneClassOnlyAreLeftOut) {
  const auto data = dataset(at::tensor({0, 0, 0, 1}, at::kLong));  // a third of the resamples have no malignant sample
  const Report report = make_report(*task_, predictions(*data, at::tensor({-1.0F, 0.0F, 2.0F, 1.0F})), *data, {});
  EXPECT_EQ(report.metrics[2].name, "auc");
  EXPECT_EQ(report.metrics[2].low, 0);
  EXPECT_EQ(report.metrics[2].high, 1);
}

TEST_F(ReportTest, OnePatientHasNoInterval) {
  const auto data = dataset(at::tensor({0, 1}, at::kLong), {"P", "P"});
  const Report report = make_report(*task_, predictions(*data, at::tensor({-1.0F, 1.0F})), *data, {});
  EXPECT_TRUE(std::isnan(report.metrics[1].low));
}

TEST_F(ReportTest, AModelThatDivergedIsReportedAsSuch) {
  const auto data = dataset(at::tensor({0, 1, 1}, at::kLong));
  const float nan = std::nanf("");
  const Report report = make_report(*task_, predictions(*data, at::tensor({nan, nan, nan})), *data, {.resamples = 10});
  EXPECT_TRUE(std::isnan(report.value("loss")));
  EXPECT_TRUE(std::isnan(report.value("auc")));
  EXPECT_TRUE(to_json(report)["loss"]["value"].is_null());
}

TEST_F(ReportTest, JsonHoldsWhatScriptsRead) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong), {"P0", "P1", "P2", "P3"});
  const Report report = make_report(*task_, predictions(*data, at::tensor({-2.0F, 1.0F, 0.5F, 3.0F})), *data, {.resamples = 0});
  const nlohmann::json json = to_json(report);
  EXPECT_EQ(json["auc"], nlohmann::json::parse(R"({"value": 0.75, "low": null, "high": null})"));
  EXPECT_EQ(json["confusion"], nlohmann::json::parse("[[1, 1], [0, 2]]"));
  EXPECT_EQ(json["classes"], nlohmann::json(kNames));
  EXPECT_EQ(json["samples"], 4);
  EXPECT_EQ(json["patients"], 4);
}

TEST_F(ReportTest, PatientsThatTheFileDoesNotTellAreUnknown) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong));
  const Report report = make_report(*task_, predictions(*data, at::tensor({-2.0F, 1.0F, 0.5F, 3.0F})), *data, {.resamples = 10});
  EXPECT_FALSE(report.patients.has_value());
  EXPECT_TRUE(to_json(report)["patients"].is_null());
  EXPECT_THAT(describe(report), HasSubstr("over 4 samples, patients unknown"));
}

TEST_F(ReportTest, WithoutSamplesThereAreNoMetrics) {
  const auto data = dataset(at::tensor({0, 1}, at::kLong));
  const Predictions none = {at::empty({0, 1}), at::empty({0}, at::kLong), at::empty({0}, at::kLong)};
  const Report report = make_report(*task_, none, *data, {});
  EXPECT_TRUE(report.metrics.empty());
  EXPECT_EQ(report.samples, 0);
}

TEST_F(ReportTest, WithoutTargetsThereIsNothingToCompareWith) {
  const auto data = dataset(at::tensor({0, 1}, at::kLong));
  const Predictions blind = {at::empty({2, 1}), {}, at::arange(2, at::kLong)};
  EXPECT_THAT([&] { make_report(*task_, blind, *data, {}); }, testing::ThrowsMessage<Error>(HasSubstr("report.h5")));
}

}  // namespace
}  // namespace galen::trainer
