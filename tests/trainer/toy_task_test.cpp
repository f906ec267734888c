// What it takes to add a task from outside: trained, stopped, resumed on other numbers of workers, and evaluated like any other.

#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/measures/measures.h"
#include "trainer/predictor/dataset_prediction.h"
#include "trainer/tasks/scored_task.h"

#include <ATen/core/Reduction.h>
#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/median.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kPatients = 90;

/// Whether a value lies above the median of the training targets.
class AboveMedian final : public ScoredTask {
 public:
  AboveMedian(const std::vector<std::string>& names, double median)
      : ScoredTask({.name = "above_median", .names = names, .score_names = {"above"}, .best_by = "rightly_placed"}, /*targets=*/1),
        median_(median) {}

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor above = targets.reshape({-1}).gt(median_).to(outputs.scalar_type());
    return at::binary_cross_entropy_with_logits(outputs.squeeze(1), above, /*weight=*/{}, /*pos_weight=*/{}, at::Reduction::None);
  }
  at::Tensor weights(const at::Tensor&) const override { return {}; }
  at::Tensor scores(const at::Tensor& outputs) const override { return outputs.sigmoid(); }
  Gaps gaps(const at::Tensor&) const override { return {}; }

 protected:
  std::vector<Measure> figures(const at::Tensor& records) const override {
    const auto placed = [records, median = median_](std::int64_t sample) {
      const auto record = records.accessor<double, 2>()[sample];
      return (record[0] >= 0.5) == (record[1] > median) ? Answer::kYes : Answer::kNo;
    };
    return {share_measure("rightly_placed", {placed}, records.size(0))};
  }

 private:
  double median_;
};

OwnTask above_median() {
  return {.name = "above_median",
          .shape = {.outputs = 1, .exclusive = false},
          .fit = [](const at::Tensor& targets) { return std::vector<double>{targets.median().item<double>()}; },
          .make = [](const std::vector<std::string>& names, const std::vector<double>& fitted,
                     models::OutputForm) { return std::make_unique<AboveMedian>(names, fitted.at(0)); }};
}

// Four features of each patient, and a value that follows from two of them.
void write_patients_with_values(const std::string& path) {
  const at::Tensor features = at::arange(4 * kPatients, at::kDouble).mul(1.7).sin().to(at::kFloat).reshape({kPatients, 4});
  data::DatasetWriter writer(
      path,
      {.input = "tabular", .sample_shape = {4}, .type = at::kFloat, .size = kPatients, .task = "regression", .class_names = {"dose"}});
  writer.append(features);
  writer.set_targets(features.select(1, 0).sub(features.select(1, 3)).mul(5).add(20).unsqueeze(1).contiguous());
  writer.finish();
}

class ToyTask : public testing::Test {
 protected:
  ToyTask() {
    if (world_->rank() == 0) write_patients_with_values(folder_ / "values.h5");
    world_->barrier();
  }

  ExperimentOptions run(const std::string& name) const {
    ExperimentOptions options = test::small_run(folder_, name);
    options.dataset.file = folder_ / "values.h5";
    options.model.name = "dense_net";
    options.optimizer.learning_rate = 0.02;
    options.trainer.epochs = 6;
    options.task.own = above_median();
    return options;
  }

  DatasetPrediction apply_to_test(const std::string& checkpoint, const OwnTask& task) {
    const ExperimentOptions options = run("");
    return predict_dataset(
        {.checkpoint = checkpoint, .dataset = options.dataset, .split = {}, .device = DeviceChoice::kCpu, .own_task = task}, *world_);
  }

  std::unique_ptr<comm::Communicator> world_ = comm::make_mpi_communicator(MPI_COMM_WORLD);
  test::SharedFolder folder_{*world_, 28, 1, 2};
};

TEST_F(ToyTask, IsTrainedResumedAndEvaluatedLikeAnyOther) {
  const ExperimentOutcome whole = train(run("whole"), *world_);
  EXPECT_EQ(whole.ending, Ending::kFinished);
  EXPECT_GT(whole.test.value("rightly_placed"), 0.7);
  world_->barrier();
  const Manifest manifest = read_manifest(whole.best);
  EXPECT_EQ(manifest.task.own.name, "above_median");
  ASSERT_EQ(manifest.task.fitted.size(), 1U);
  EXPECT_NEAR(manifest.task.fitted[0], 20, 2);
  EXPECT_EQ(manifest.state.best_value, whole.validation.value("rightly_placed")) << "the task chooses by it";

  ExperimentOptions options = run("parts");
  if (world_->rank() == 0) {  // alone, and stopped within the third epoch
    options.trainer.max_steps = 11;
    train(options, *comm::make_single_communicator());
    options.trainer.max_steps = 0;
  }
  world_->barrier();
  options.resume = true;
  const ExperimentOutcome resumed = train(options, *world_);
  world_->barrier();
  EXPECT_EQ(read_manifest(resumed.last).digests, read_manifest(whole.last).digests);

  const DatasetPrediction applied = apply_to_test(resumed.best, above_median());
  const Report report = make_report(*applied.task, applied.predictions, *applied.dataset, {.intervals = options.intervals}, *world_);
  EXPECT_EQ(report.value("rightly_placed"), whole.test.value("rightly_placed"));
  EXPECT_EQ(report.value("loss"), whole.test.value("loss"));
  EXPECT_EQ(report.metrics.back().method, Method::kWilson);
}

TEST_F(ToyTask, IsKnownToACoordinatorOfItsOwnProcess) {
  if (world_->size() == 1) return;  // it needs a second rank
  ExperimentOptions options = run("beside");
  options.coordinator.placement = Placement::kProcess;
  train(options, *world_);
  options = run("thread");
  train(options, *world_);
  world_->barrier();
  const Manifest beside = read_manifest(folder_ / "beside/last");
  EXPECT_EQ(beside.digests, read_manifest(folder_ / "thread/last").digests);
  EXPECT_EQ(beside.state.best_value, read_manifest(folder_ / "thread/last").state.best_value);
}

TEST_F(ToyTask, IsRefusedWhereItIsMissingOrAnother) {
  using testing::AllOf, testing::HasSubstr, testing::ThrowsMessage;
  ExperimentOptions options = run("own");
  options.trainer.epochs = 1;
  const ExperimentOutcome outcome = train(options, *world_);
  world_->barrier();
  EXPECT_THAT(
      [&] { apply_to_test(outcome.last, {}); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr(outcome.last), HasSubstr("'above_median'"), HasSubstr("a program that passes it"))));
  OwnTask other = above_median();
  other.name = "below_median";
  EXPECT_THAT([&] { apply_to_test(outcome.last, other); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("'above_median'"), HasSubstr("'below_median'"))));
  options.resume = true;
  options.trainer.epochs = 2;
  options.task.own = other;
  EXPECT_THAT([&] { train(options, *world_); }, ThrowsMessage<UsageError>(AllOf(HasSubstr("'above_median'"), HasSubstr("'below_median'"))));
  options.task.own = {};
  EXPECT_THAT([&] { train(options, *world_); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("'above_median'"), HasSubstr("one of galen's tasks"))));
}

}  // namespace
}  // namespace galen::trainer
