#include "trainer/evaluation/report.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"
#include "tests/trainer/evaluation/small_dataset.h"

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

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
  Predictions predictions(const data::Dataset& dataset, const at::Tensor& logits) const {
    return {task_->records(logits.unsqueeze(1), dataset.targets()), at::arange(dataset.size(), at::kLong)};
  }

  Report report_on(const data::Dataset& dataset, const at::Tensor& logits, int resamples = 1000) {
    return make_report(*task_, predictions(dataset, logits), dataset, {.intervals = {.resamples = resamples}}, *alone_);
  }

  static const Estimate& figure(const Report& report, const std::string& name) {
    return *std::find_if(report.metrics.begin(), report.metrics.end(), [&](const Estimate& each) { return each.name == name; });
  }

  const std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
  const std::unique_ptr<Task> task_ = make_task({data::TaskKind::kBinary, "1, 3"}, kNames, OutputForm::kLogits);
  test::TemporaryFolder folder_;
};

TEST_F(ReportTest, HasTheLossFirstAndEveryMetricOfTheTask) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong), {"P0", "P1", "P2", "P3"});
  const at::Tensor logits = at::tensor({-2.0F, 1.0F, 0.5F, 3.0F});
  const Report report = report_on(*data, logits, 0);
  EXPECT_EQ(report.metrics[0].name, "loss");
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  EXPECT_NEAR(report.value("loss"), (softplus(-2) + softplus(1) + 3 * softplus(-0.5) + 3 * softplus(-3)) / 8, 1e-6);
  EXPECT_EQ(report.value("accuracy"), 0.75);
  EXPECT_EQ(report.value("auc"), 0.75);
  EXPECT_EQ(report.value("sensitivity"), 1);
  EXPECT_EQ(report.value("specificity"), 0.5);
  EXPECT_TRUE(std::isnan(report.metrics[1].low) && std::isnan(report.metrics[1].high)) << "no interval was requested";
  EXPECT_EQ(report.samples, 4);
  EXPECT_EQ(report.patients, 4);
  EXPECT_THAT([&] { report.value("dice"); }, testing::ThrowsMessage<UsageError>(HasSubstr("loss, accuracy, auc")));
}

TEST_F(ReportTest, TheLossIsTheTasks) {
  const auto data = dataset(at::arange(300, at::kLong).remainder(2));
  const at::Tensor logits = at::arange(300, at::kDouble).sin().mul(5).to(at::kFloat);
  const Report report = report_on(*data, logits, 0);
  const double loss = task_->loss(logits.unsqueeze(1), data->targets()).item<double>() / task_->weight(data->targets());
  EXPECT_NEAR(report.value("loss"), loss, 1e-6 * loss);
}

TEST_F(ReportTest, TheIntervalOfAnAccuracyIsThatOfTheBinomial) {
  // 400 independent samples, 300 of them right: by the normal approximation 0.75 ± 1.96 · √(0.75 · 0.25 / 400).
  const auto data = dataset(at::arange(400, at::kLong).remainder(2));
  const at::Tensor right = at::arange(400).remainder(4).ne(0).to(at::kFloat).mul(2).sub(1);
  const at::Tensor logits = data->targets().to(at::kFloat).mul(2).sub(1).mul(right);
  const Report report = report_on(*data, logits, 4000);
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
  const Report report = report_on(*data, logits, 4000);
  EXPECT_EQ(report.patients, 50);
  EXPECT_NEAR(report.metrics[1].high - report.metrics[1].low,
              2 * 1.96 * std::sqrt(report.value("accuracy") * (1 - report.value("accuracy")) / 50), 0.03);
}

TEST_F(ReportTest, ResamplesInWhichAFigureIsUndefinedAreCounted) {
  const auto data = dataset(at::tensor({0, 0, 0, 1, 1}, at::kLong));
  const Report report = report_on(*data, at::tensor({-1.0F, 0.5F, 2.0F, 1.0F, -2.0F}));
  const Estimate& precision = figure(report, "average_precision");
  EXPECT_NEAR(static_cast<double>(precision.undefined_resamples), 1000 * std::pow(0.6, 5), 35) << "no malignant sample was drawn";
  EXPECT_EQ(to_json(report)["average_precision"]["undefined_resamples"], precision.undefined_resamples);
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr(fmt::format("average_precision: undefined in {} of 1000 resamples, which the "
                                                                    "interval excludes.",
                                                                    precision.undefined_resamples))));
}

TEST_F(ReportTest, ASinglePositivePatientLeavesTheAreaWithoutAnIntervalAndSaysSo) {
  const auto data = dataset(at::tensor({0, 0, 0, 1}, at::kLong));
  const Report report = report_on(*data, at::tensor({-1.0F, 0.0F, 2.0F, 1.0F}));
  EXPECT_TRUE(std::isnan(figure(report, "auc").low));
  EXPECT_THAT(report.notes, testing::Contains("auc: no interval, because a single patient has positive samples."));
}

TEST_F(ReportTest, EveryIntervalHasAWidth) {
  const auto data = dataset(at::arange(60, at::kLong).remainder(2));
  const at::Tensor sizes = at::arange(60).to(at::kFloat).div(20).add(1);
  const Report right = report_on(*data, data->targets().to(at::kFloat).mul(2).sub(1).mul(sizes));
  for (const Estimate& each : right.metrics) {
    EXPECT_EQ(each.method == Method::kNone, std::isnan(each.low)) << each.name;
    if (each.method != Method::kNone) {
      EXPECT_LT(each.low, each.high) << each.name;
    }
  }
  EXPECT_NEAR(figure(right, "auc").low, std::pow(0.025, 1.0 / 30), 1e-12) << "30 patients of either side";
  EXPECT_EQ(figure(right, "auc").high, 1);
  EXPECT_NEAR(figure(right, "sensitivity").low, 30 / (30 + 1.959963984540054 * 1.959963984540054), 1e-12) << "Wilson, all of 30";
  EXPECT_THAT(
      right.notes,
      testing::Contains(HasSubstr("average_precision, f1, mcc and kappa: no interval, because nearly all resamples give the same figure")))
      << "all are right in every resample";
  const Report blind = report_on(*data, at::zeros({60}));
  EXPECT_EQ(figure(blind, "auc").method, Method::kAreaBound);
  EXPECT_LT(figure(blind, "auc").low, 0.5);
}

TEST_F(ReportTest, EveryIntervalNamesItsMethod) {
  const auto data = dataset(at::arange(60, at::kLong).remainder(2));
  const at::Tensor logits = at::arange(60, at::kDouble).mul(1.7).sin().to(at::kFloat).add(data->targets());
  const Report report = report_on(*data, logits, 200);
  for (const auto& [name, method] : std::map<std::string, Method>{{"loss", Method::kBootstrap},
                                                                  {"accuracy", Method::kWilson},
                                                                  {"auc", Method::kArea},
                                                                  {"ppv", Method::kWilson},
                                                                  {"average_precision", Method::kBootstrap},
                                                                  {"f1", Method::kBootstrap}}) {
    EXPECT_EQ(figure(report, name).method, method) << name;
    EXPECT_EQ(to_json(report)[name]["method"], describe(method)) << name;
  }
  EXPECT_THAT(describe(report), HasSubstr("interval of auc: DeLong's variance"));
  EXPECT_THAT(describe(report), HasSubstr("interval of accuracy, sensitivity, specificity, ppv, npv and balanced_accuracy: Wilson"));
}

TEST_F(ReportTest, HasTheSameBytesForEveryNumberOfRanksAndThreads) {
  const auto data = dataset(at::arange(60, at::kLong).remainder(2));
  const at::Tensor logits = at::arange(60, at::kDouble).mul(1.7).sin().to(at::kFloat).add(data->targets());
  const std::string alone = to_json(report_on(*data, logits, 333)).dump();
  const int threads = at::get_num_threads();
  at::set_num_threads(3);
  EXPECT_EQ(to_json(report_on(*data, logits, 333)).dump(), alone);
  at::set_num_threads(threads);
  for (const int ranks : {2, 3, 4}) {
    test::run_ranks(ranks, [&](comm::Communicator& communicator) {
      const Report shared = make_report(*task_, predictions(*data, logits), *data, {.intervals = {.resamples = 333}}, communicator);
      EXPECT_EQ(to_json(shared).dump(), alone) << ranks << " ranks";
    });
  }
}

TEST_F(ReportTest, GivesPredictiveValuesAtAnotherPrevalence) {
  const auto data = dataset(at::arange(200, at::kLong).remainder(2));
  const at::Tensor right = at::arange(200).remainder(5).ne(0).to(at::kFloat).mul(2).sub(1);  // 4 of 5, of either class
  const at::Tensor logits = data->targets().to(at::kFloat).mul(2).sub(1).mul(right);
  const auto at_prevalence = [&](std::optional<double> prevalence) {
    return make_report(*task_, predictions(*data, logits), *data, {.intervals = {.resamples = 50}, .prevalence = prevalence}, *alone_);
  };
  const Report report = at_prevalence(0.01);
  EXPECT_NEAR(report.value("ppv"), 0.8, 1e-12);
  EXPECT_NEAR(report.value("ppv_at_prevalence"), 0.8 * 0.01 / (0.8 * 0.01 + 0.2 * 0.99), 1e-12);
  EXPECT_NEAR(report.value("npv_at_prevalence"), 0.8 * 0.99 / (0.8 * 0.99 + 0.2 * 0.01), 1e-12);
  EXPECT_EQ(to_json(report)["prevalence"], 0.01);
  EXPECT_THAT(describe(report), HasSubstr("where 1 % of all are malignant"));
  EXPECT_THAT(describe(report), HasSubstr("50 % of which are malignant"));
  EXPECT_THROW(at_prevalence(1.0), UsageError);
}

TEST_F(ReportTest, NamesAClassThatIsNeverPredicted) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong));
  const Report report = report_on(*data, at::tensor({-1.0F, -2.0F, -0.5F, -3.0F}), 0);
  EXPECT_TRUE(std::isnan(report.value("ppv")));
  EXPECT_THAT(report.notes, testing::ElementsAre("no sample is predicted to be malignant: ppv is undefined."));
}

TEST_F(ReportTest, OnePatientHasNoInterval) {
  const auto data = dataset(at::tensor({0, 1}, at::kLong), {"P", "P"});
  const Report report = report_on(*data, at::tensor({-1.0F, 1.0F}));
  EXPECT_TRUE(std::isnan(report.metrics[1].low));
  EXPECT_THAT(
      report.notes,
      testing::Contains(HasSubstr("there are no intervals, because the variation between patients is unknown with a single patient")));
}

TEST_F(ReportTest, AModelThatDivergedIsReportedAsSuch) {
  const auto data = dataset(at::tensor({0, 1, 1}, at::kLong));
  const float nan = std::nanf("");
  const Report report = report_on(*data, at::tensor({nan, nan, nan}), 10);
  EXPECT_TRUE(std::isnan(report.value("loss")));
  EXPECT_TRUE(std::isnan(report.value("auc")));
  EXPECT_TRUE(to_json(report)["loss"]["value"].is_null());
}

TEST_F(ReportTest, JsonHoldsWhatScriptsRead) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong), {"P0", "P1", "P2", "P3"});
  const Report report = report_on(*data, at::tensor({-2.0F, 1.0F, 0.5F, 3.0F}), 0);
  const nlohmann::json json = to_json(report);
  EXPECT_EQ(json["auc"], nlohmann::json::parse(R"({"value": 0.75, "low": null, "high": null})"));
  EXPECT_EQ(json["confusion"], nlohmann::json::parse("[[1, 1], [0, 2]]"));
  EXPECT_EQ(json["classes"], nlohmann::json(kNames));
  EXPECT_EQ(json["samples"], 4);
  EXPECT_EQ(json["patients"], 4);
}

TEST_F(ReportTest, PatientsMissingInTheFileAreUnknown) {
  const auto data = dataset(at::tensor({0, 0, 1, 1}, at::kLong));
  const Report report = report_on(*data, at::tensor({-2.0F, 1.0F, 0.5F, 3.0F}), 10);
  EXPECT_FALSE(report.patients.has_value());
  EXPECT_TRUE(to_json(report)["patients"].is_null());
  EXPECT_THAT(describe(report), HasSubstr("over 4 samples, patients unknown"));
}

TEST_F(ReportTest, WithoutSamplesThereAreNoMetrics) {
  const auto data = dataset(at::tensor({0, 1}, at::kLong));
  const Predictions none = {at::empty({0, task_->record_size()}, at::kDouble), at::empty({0}, at::kLong)};
  const Report report = make_report(*task_, none, *data, {}, *alone_);
  EXPECT_TRUE(report.metrics.empty());
  EXPECT_EQ(report.samples, 0);
}

TEST_F(ReportTest, WithoutTargetsThereIsNothingToCompareWith) {
  dataset(at::tensor({0, 1}, at::kLong));
  const data::Dataset unlabelled({.file = folder_ / "report.h5", .target = ""});
  const Predictions blind = {task_->records(at::zeros({2, 1}), {}), at::arange(2, at::kLong)};
  EXPECT_TRUE(blind.records.select(1, 1).isnan().all().item<bool>()) << "the target is not known";
  EXPECT_THAT([&] { make_report(*task_, blind, unlabelled, {}, *alone_); }, testing::ThrowsMessage<Error>(HasSubstr("report.h5")));
}

}  // namespace
}  // namespace galen::trainer
