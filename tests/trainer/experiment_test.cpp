#include "trainer/experiment.h"

#include "comm/collectives.h"
#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/predictor/dataset_prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

namespace galen::trainer {
namespace {

using test::SharedFolder;
using test::small_run;

std::string weights_digest(const std::string& checkpoint) { return read_manifest(checkpoint).digests.at("weights.safetensors"); }

std::unique_ptr<comm::Communicator> world() { return comm::make_mpi_communicator(MPI_COMM_WORLD); }

// The same run on this world and on rank 0 alone.
void expect_same_bits(comm::Communicator& ranks, const SharedFolder& folder, const std::string& name, const ExperimentOptions& base) {
  ExperimentOptions options = base;
  options.folder = folder / (name + "_world");
  train(options, ranks);
  if (ranks.rank() == 0) {
    options.folder = folder / (name + "_alone");
    const auto single = comm::make_single_communicator();
    train(options, *single);
    EXPECT_EQ(weights_digest(folder / (name + "_world/last")), weights_digest(folder / (name + "_alone/last"))) << name;
  }
  ranks.barrier();
}

TEST(Experiment, SmallNetworksHaveTheSameBitsOnAnyNumberOfWorkers) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  for (const bool batch_norm : {false, true}) {
    ExperimentOptions options = small_run(folder, "");
    options.model.name = "cnn28";
    options.model.dropout = 0.3;
    options.model.batch_norm = batch_norm;
    expect_same_bits(*ranks, folder, batch_norm ? "cnn28_norm" : "cnn28", options);
  }
}

TEST(Experiment, ColourImagesToo) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 32, 3, 70);
  ExperimentOptions options = small_run(folder, "");
  options.model.name = "cnn32";
  options.model.dropout = 0.2;
  options.optimizer = {.rule = UpdateRule::kSgd, .learning_rate = 0.01, .momentum = 0.9, .clip_norm = 1.0};
  expect_same_bits(*ranks, folder, "cnn32", options);
}

TEST(Experiment, ALargeNetworkToo) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 150, 3, 20);
  ExperimentOptions options = small_run(folder, "");
  options.model.name = "cnn150";
  options.model.dropout = 0.2;
  options.model.batch_norm = true;
  options.trainer.batch = 8;
  options.trainer.max_steps = 2;
  options.preparation.scaling = data::ScalingMethod::kStandardize;
  expect_same_bits(*ranks, folder, "cnn150", options);
}

TEST(Experiment, ResumesFromTheMiddleOfAnEpochOnAnotherNumberOfWorkers) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "whole");
  options.model.dropout = 0.3;
  options.model.batch_norm = true;
  options.trainer.epochs = 3;
  const ExperimentOutcome whole = train(options, *ranks);
  EXPECT_EQ(whole.ending, Ending::kFinished);

  // Stopped by rank 0 only after six steps, within the second epoch; then resumed here.
  options.folder = folder / "parts";
  if (ranks->rank() == 0) {
    options.trainer.max_steps = 6;
    const auto single = comm::make_single_communicator();
    const ExperimentOutcome part = train(options, *single);
    EXPECT_EQ(part.ending, Ending::kStepLimit);
    EXPECT_EQ(part.state.epoch, 1);
    EXPECT_GT(part.state.samples_consumed, 0);
    options.trainer.max_steps = 0;
  }
  ranks->barrier();
  options.resume = true;
  const ExperimentOutcome resumed = train(options, *ranks);
  EXPECT_EQ(resumed.state.step, whole.state.step);
  EXPECT_EQ(resumed.state.best_value, whole.state.best_value);
  EXPECT_EQ(resumed.test.value("auc"), whole.test.value("auc"));
  EXPECT_EQ(weights_digest(folder / "parts/last"), weights_digest(folder / "whole/last"));
}

// A run with a coordinator's process, on all ranks but one, and the same run on rank 0 only.
TEST(Experiment, ACoordinatorProcessChangesNoBit) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "process");
  options.model.dropout = 0.3;
  options.model.batch_norm = true;
  options.trainer.epochs = 4;
  options.coordinator.placement = Placement::kProcess;
  options.coordinator.every_steps = 4;
  if (ranks->size() == 1) {
    EXPECT_THROW(train(options, *ranks), UsageError);
    return;
  }
  const ExperimentOutcome beside = train(options, *ranks);
  EXPECT_EQ(beside.ending, Ending::kFinished);
  if (ranks->rank() == 0) {
    options.coordinator.placement = Placement::kThread;
    options.folder = folder / "thread";
    const auto single = comm::make_single_communicator();
    const ExperimentOutcome inside = train(options, *single);
    EXPECT_EQ(weights_digest(folder / "process/last"), weights_digest(folder / "thread/last"));
    EXPECT_EQ(weights_digest(folder / "process/best"), weights_digest(folder / "thread/best"));
    EXPECT_EQ(beside.state.best_value, inside.state.best_value);
    EXPECT_EQ(beside.state.best_step, inside.state.best_step);
    EXPECT_EQ(beside.test.value("auc"), inside.test.value("auc"));
  }
  ranks->barrier();
}

// An evaluation that was pending when the run was stopped is repeated, and counts as in an undisturbed run.
TEST(Experiment, APendingEvaluationIsRepeated) {
  const auto ranks = world();
  if (ranks->size() == 1) return;  // a coordinator's process needs a second rank
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "whole");
  options.coordinator.placement = Placement::kProcess;
  options.trainer.epochs = 4;
  const ExperimentOutcome whole = train(options, *ranks);

  options.folder = folder / "parts";
  options.trainer.max_steps = 6;  // within the second epoch
  train(options, *ranks);
  ranks->barrier();
  EXPECT_GT(read_manifest(folder / "parts/last").state.pending_evaluation, 0);
  options.trainer.max_steps = 0;
  options.resume = true;
  options.coordinator.placement = Placement::kThread;
  const ExperimentOutcome resumed = train(options, *ranks);
  EXPECT_EQ(resumed.state.best_value, whole.state.best_value);
  EXPECT_EQ(resumed.state.best_step, whole.state.best_step);
  EXPECT_EQ(weights_digest(folder / "parts/best"), weights_digest(folder / "whole/best"));
}

TEST(Experiment, StopsWhenAskedWithACheckpoint) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  StopRequest request;
  if (ranks->rank() == ranks->size() - 1) request.preempt();
  const ExperimentOptions options = small_run(folder, "run");
  const ExperimentOutcome outcome = train(options, *ranks, &request);
  EXPECT_EQ(outcome.ending, Ending::kPreempted);
  EXPECT_EQ(outcome.state.step, 1);
  ranks->barrier();
  EXPECT_EQ(read_manifest(outcome.last).state.step, 1);
}

TEST(Experiment, WithoutAMetricTheNewestCheckpointIsTheBest) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "run");
  options.optimizer.learning_rate = 0;  // no epoch is better than the first
  options.coordinator.best_metric = "none";
  const ExperimentOutcome outcome = train(options, *ranks);
  ranks->barrier();
  EXPECT_EQ(read_manifest(outcome.best).state.step, outcome.state.step);
}

TEST(Experiment, EndsEarlyWithoutImprovement) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "run");
  options.optimizer.learning_rate = 0;
  options.trainer.epochs = 20;
  options.coordinator.early_stopping_patience = 2;
  const ExperimentOutcome outcome = train(options, *ranks);
  EXPECT_EQ(outcome.ending, Ending::kEarlyStopped);
  EXPECT_EQ(outcome.state.epoch, 3) << "the first epoch is the best, two do not improve on it";

  options.resume = true;  // as after a kill in the final evaluation
  const ExperimentOutcome resumed = train(options, *ranks);
  EXPECT_EQ(resumed.ending, Ending::kEarlyStopped);
  EXPECT_EQ(resumed.state.step, outcome.state.step);
}

// An undefined metric is undefined both times.
bool are_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(Experiment, ASavedModelGivesTheReportOfItsRun) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  const ExperimentOptions options = small_run(folder, "run");
  const ExperimentOutcome outcome = train(options, *ranks);
  const DatasetPrediction prediction =
      predict_dataset({.checkpoint = outcome.best, .dataset = options.dataset, .split = {}, .device = DeviceChoice::kCpu}, *ranks);
  const Report report =
      make_report(*prediction.task, prediction.predictions, *prediction.dataset, {.intervals = options.intervals}, *ranks);
  ASSERT_EQ(report.metrics.size(), outcome.test.metrics.size());
  for (std::size_t i = 0; i < report.metrics.size(); ++i) {
    EXPECT_TRUE(are_same(report.metrics[i].value, outcome.test.metrics[i].value)) << report.metrics[i].name;
    EXPECT_TRUE(are_same(report.metrics[i].low, outcome.test.metrics[i].low)) << report.metrics[i].name;
  }
}

TEST(Experiment, MoreWorkersThanLanesIsAUsageError) {
  const auto ranks = world();
  const SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = small_run(folder, "run");
  options.trainer.lanes = 1;
  if (ranks->size() > 1) {
    EXPECT_THROW(train(options, *ranks), UsageError);
  }
  options.trainer.lanes = 8;
  options.trainer.batch = 7;
  EXPECT_THROW(train(options, *ranks), UsageError);
}

}  // namespace
}  // namespace galen::trainer
