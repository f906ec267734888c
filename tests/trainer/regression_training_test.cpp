#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "galen/random_stream.h"
#include "tests/support/shared_folder.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/predictor/dataset_prediction.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mean.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace galen::trainer {
namespace {

using test::SharedFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::unique_ptr<comm::Communicator> regression_world() { return comm::make_mpi_communicator(MPI_COMM_WORLD); }

// Two targets that are linear in four features: 50 ± 3, and about a millionth.
void write_values(const std::string& file) {
  constexpr std::int64_t kSize = 600;
  const at::Tensor inputs = at::empty({kSize, 4});
  const at::Tensor targets = at::empty({kSize, 2});
  auto x = inputs.accessor<float, 2>();
  auto y = targets.accessor<float, 2>();
  for (std::int64_t i = 0; i < kSize; ++i) {
    RandomStream random = RandomStream(7).fork(1, static_cast<std::uint64_t>(i));
    for (std::int64_t f = 0; f < 4; ++f) x[i][f] = static_cast<float>(std::sqrt(12.0) * (random.uniform() - 0.5));  // deviation 1
    y[i][0] = static_cast<float>(50 + 3 * (0.6 * x[i][0] - 0.8 * x[i][1]));
    y[i][1] = static_cast<float>(1e-6 * (1 + 0.1 * x[i][2]));
  }
  data::DatasetWriter writer(
      file,
      {.input = "tabular", .sample_shape = {4}, .type = at::kFloat, .size = kSize, .task = "regression", .class_names = {"age", "dose"}});
  writer.append(inputs);
  writer.set_targets(targets);
  writer.finish();
}

class RegressionTraining : public testing::Test {
 protected:
  RegressionTraining() {
    if (ranks_->rank() == 0) write_values(folder_ / "values.h5");
    ranks_->barrier();
  }

  ExperimentOptions run(const std::string& name) const {
    ExperimentOptions options = test::small_run(folder_, name);
    options.dataset.file = folder_ / "values.h5";
    options.preparation.scaling = data::ScalingMethod::kStandardize;
    options.model.name = "dense_net";
    options.trainer.batch = 32;
    options.trainer.epochs = 15;
    options.record = {{"task.standardize_target", "true"}};
    return options;
  }

  std::unique_ptr<comm::Communicator> ranks_ = regression_world();
  SharedFolder folder_{*ranks_, 28, 1, 10};
};

TEST_F(RegressionTraining, TargetsOfAnyUnitAreLearntWithTheDefaults) {
  const ExperimentOutcome outcome = train(run("run"), *ranks_);
  EXPECT_GT(outcome.test.value("r2"), 0.9);
  EXPECT_GT(outcome.test.value("r2.age"), 0.9);
  EXPECT_GT(outcome.test.value("r2.dose"), 0.9);
  EXPECT_LT(outcome.test.value("mean_absolute_error.age"), 1);
  EXPECT_LT(outcome.test.value("mean_squared_error.dose"), 1e-14);
  EXPECT_THAT(outcome.test.class_names, ElementsAre("age", "dose"));

  ranks_->barrier();
  const Manifest manifest = read_manifest(outcome.best);
  ASSERT_EQ(manifest.task.target_scale.mean.size(), 2);
  EXPECT_NEAR(manifest.task.target_scale.mean[0], 50, 0.5);
  EXPECT_NEAR(manifest.task.target_scale.deviation[0], 3, 0.3);

  const ExperimentOptions options = run("");
  const DatasetPrediction prediction =
      predict_dataset({.checkpoint = outcome.best, .dataset = options.dataset, .split = {}, .device = DeviceChoice::kCpu}, *ranks_);
  const Report report = make_report(*prediction.task, prediction.predictions, *prediction.dataset, metrics_alone(), *ranks_);
  EXPECT_EQ(report.value("r2"), outcome.test.value("r2"));
  EXPECT_EQ(report.value("loss"), outcome.test.value("loss"));
  EXPECT_NEAR(prediction.predictions.records.select(1, 0).mean().item<double>(), 50, 2) << "in the target's own units";
}

TEST_F(RegressionTraining, WithoutStandardisingTheyAreNot) {
  ExperimentOptions options = run("raw");
  options.task.standardize_target = false;
  const ExperimentOutcome outcome = train(options, *ranks_);
  EXPECT_LT(outcome.test.value("r2"), 0);
  ranks_->barrier();
  EXPECT_TRUE(read_manifest(outcome.last).task.target_scale.empty());
}

TEST_F(RegressionTraining, HasTheSameBitsOnAnyNumberOfWorkers) {
  ExperimentOptions options = run("world");
  options.trainer.epochs = 2;
  const ExperimentOutcome together = train(options, *ranks_);
  if (ranks_->rank() == 0) {
    options.folder = folder_ / "alone";
    const auto single = comm::make_single_communicator();
    const ExperimentOutcome alone = train(options, *single);
    EXPECT_EQ(read_manifest(alone.last).digests, read_manifest(together.last).digests);
    EXPECT_EQ(alone.test.value("r2"), together.test.value("r2"));
  }
  ranks_->barrier();
}

TEST_F(RegressionTraining, AResumedRunKeepsTheUnitsThatItBeganWith) {
  ExperimentOptions options = run("units");
  options.trainer.epochs = 1;
  options.task.standardize_target = false;
  options.record.clear();
  train(options, *ranks_);
  ranks_->barrier();

  options.trainer.epochs = 2;
  options.resume = true;
  const ExperimentOutcome resumed = train(options, *ranks_);
  EXPECT_EQ(resumed.state.epoch, 2);
  ranks_->barrier();
  EXPECT_TRUE(read_manifest(resumed.last).task.target_scale.empty());

  options.task.standardize_target = true;
  EXPECT_THAT([&] { train(options, *ranks_); }, ThrowsMessage<UsageError>(HasSubstr("task.standardize_target")));
}

}  // namespace
}  // namespace galen::trainer
