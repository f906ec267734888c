#include "trainer/resume/same_run.h"

#include "comm/single_communicator.h"
#include "data/files/schema.h"
#include "data/hdf5/hdf5.h"
#include "data/sampling/split.h"
#include "galen/error.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/store.h"
#include "trainer/options/run_options.h"
#include "trainer/predictor/dataset_prediction.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <memory>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Change = std::function<void(ExperimentOptions&)>;

/// A run of one epoch started by another program, without any record of options, and resumed by it.
class SameRun : public testing::Test {
 protected:
  SameRun() {
    ExperimentOptions options = begun();
    train(options, *alone_);
  }

  ExperimentOptions begun() const {
    ExperimentOptions options = test::small_run(folder_, "run");
    options.trainer.epochs = 1;
    options.preparation.scaling = data::ScalingMethod::kStandardize;
    options.split.source = data::SplitSource::kDrawn;
    return options;
  }

  /// The error of resuming with options changed by `change`; empty if it resumes.
  std::string refusal(const Change& change) {
    ExperimentOptions options = begun();
    options.resume = true;
    options.trainer.epochs = 2;
    options.trainer.max_steps = 1;  // less than it has: nothing is trained
    change(options);
    try {
      train(options, *alone_);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  std::vector<std::int64_t> drawn(data::Subset subset, const data::SplitOptions& split) const {
    return data::members(data::split_of(data::Dataset(data::DatasetOptions{.file = begun().dataset.file}), split), subset);
  }

  static std::int64_t count_shared(const std::vector<std::int64_t>& some, const std::vector<std::int64_t>& others) {
    return std::count_if(some.begin(), some.end(),
                         [&](std::int64_t sample) { return std::find(others.begin(), others.end(), sample) != others.end(); });
  }

  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
  test::SharedFolder folder_{*alone_, 28, 1, 70};
};

TEST_F(SameRun, AnotherSplitIsRefusedWithWhatWouldLeak) {
  data::SplitOptions other = begun().split;
  other.seed = 5;
  const auto training = drawn(data::Subset::kTrain, begun().split);
  const auto test = drawn(data::Subset::kTest, other);
  const std::int64_t leaked = count_shared(test, training);
  ASSERT_GT(leaked, 0);
  EXPECT_THAT(refusal([&](ExperimentOptions& o) { o.split = other; }),
              AllOf(HasSubstr("data.split_seed = 5, but the run to be resumed has 0"),
                    HasSubstr(fmt::format("{} of {} test samples were used in training", leaked, test.size()))));
  EXPECT_THAT(refusal([](ExperimentOptions& o) {
                o.split.fractions = {0.5, 0.2, 0.3};
              }),
              AllOf(HasSubstr("data.fractions = 0.5,0.2,0.3"), HasSubstr("samples would change to another side")));
}

TEST_F(SameRun, AStoredSplitThatWasEditedIsRefused) {
  ExperimentOptions options = begun();
  options.split.source = data::SplitSource::kStored;
  options.folder = folder_ / "stored";
  train(options, *alone_);
  const std::vector<std::int64_t> groups = data::Dataset(data::DatasetOptions{.file = options.dataset.file}).groups();
  {
    const data::hdf5::File file = data::hdf5::File::modify(options.dataset.file);
    data::hdf5::Array array = file.array(data::schema::kSplit);
    auto split = array.read_all<std::uint8_t>();
    const std::int64_t patient = groups[static_cast<std::size_t>(std::find(split.begin(), split.end(), 0) - split.begin())];
    for (std::size_t i = 0; i < split.size(); ++i) {
      if (groups[i] == patient) split[i] = 2;
    }
    array.write(0, array.rows(), data::hdf5::Native::kU8, split.data());
  }
  const Change same = [&](ExperimentOptions& o) {
    o.split.source = data::SplitSource::kStored;
    o.folder = options.folder;
    o.dataset.verify = data::Verify::kOff;  // which would detect that the split was changed
  };
  EXPECT_THAT(refusal(same), AllOf(HasSubstr("data.h5"), HasSubstr("the file has"), HasSubstr("side of the split")));

  // No training sample of the run is one of its test samples.
  const DatasetPredictionOptions prediction{.checkpoint = options.folder + "/best",
                                            .dataset = {.file = options.dataset.file, .verify = data::Verify::kOff},
                                            .split = options.split,
                                            .device = DeviceChoice::kCpu};
  EXPECT_THAT([&] { predict_dataset(prediction, *alone_); }, testing::ThrowsMessage<Error>(HasSubstr("it is unknown")));
}

// A program that loses the run's split options would otherwise report metrics on training samples.
TEST_F(SameRun, IsNotTestedOnTrainingSamples) {
  data::SplitOptions other = begun().split;
  other.seed = 7;
  const std::int64_t leaked = count_shared(drawn(data::Subset::kTest, other), drawn(data::Subset::kTrain, begun().split));
  ASSERT_GT(leaked, 0);
  DatasetPredictionOptions prediction{
      .checkpoint = folder_ / "run/best", .dataset = {.file = begun().dataset.file}, .split = other, .device = DeviceChoice::kCpu};
  EXPECT_THAT([&] { predict_dataset(prediction, *alone_); },
              testing::ThrowsMessage<Error>(
                  HasSubstr(fmt::format("{} of {} test samples were used in training", leaked, drawn(data::Subset::kTest, other).size()))));
  prediction.split = begun().split;
  EXPECT_NO_THROW(predict_dataset(prediction, *alone_));
  prediction.subset = "all";
  prediction.split = other;
  EXPECT_NO_THROW(predict_dataset(prediction, *alone_));
}

TEST_F(SameRun, DataAndLearningMayNotChange) {
  const std::vector<std::pair<const char*, Change>> changes = {
      {"data.scaling = unit", [](auto& o) { o.preparation.scaling = data::ScalingMethod::kUnit; }},
      {"data.prepare", [](auto& o) { o.preparation.transforms.prepare = "window(0, 100)"; }},
      {"data.augment", [](auto& o) { o.preparation.transforms.augment = "flip(horizontal)"; }},
      {"task.class_weights", [](auto& o) { o.task.class_weights = "1,4"; }},
      {"task.standardize_target", [](auto& o) { o.task.standardize_target = false; }},
      {"data.order", [](auto& o) { o.loading.order = data::Shuffle::kWindowed; }},
      {"optimizer.learning_rate", [](auto& o) { o.optimizer.learning_rate = 1e-4; }},
      {"optimizer.name", [](auto& o) { o.optimizer.rule = UpdateRule::kSgd; }},
      {"optimizer.weight_decay", [](auto& o) { o.optimizer.weight_decay = 0.1; }},
      {"schedule.name", [](auto& o) { o.schedule.course = Course::kCosine; }},
      {"model.name", [](auto& o) { o.model.name = "dense_net"; }},
      {"model.dropout", [](auto& o) { o.model.dropout = 0.5; }},
      {"model.output", [](auto& o) { o.model.output = models::OutputChoice::kProbabilities; }},
      {"trainer.batch", [](auto& o) { o.trainer.batch = 24; }},
      {"trainer.lanes", [](auto& o) { o.trainer.lanes = 4; }},
      {"comm.compression", [](auto& o) { o.comm.compression = Compression::kBf16; }},
      {"checkpoint.metric", [](auto& o) { o.coordinator.best_metric = "loss"; }},
      {"run.seed", [](auto& o) { o.seed = 4; }},
  };
  for (const auto& [key, change] : changes) EXPECT_THAT(refusal(change), HasSubstr(key)) << key;
}

TEST_F(SameRun, EquivalentOptionsAreAccepted) {
  const std::vector<std::pair<const char*, Change>> changes = {
      {"task.name", [](auto& o) { o.task.kind = data::TaskKind::kBinary; }},
      {"weights of 1", [](auto& o) { o.task.class_weights = "1, 1"; }},
      {"target", [](auto& o) { o.dataset.input = "/samples/image"; }},
      {"lanes of the run", [](auto& o) { o.trainer.lanes = 0; }},
      {"epochs", [](auto& o) { o.trainer.epochs = 7; }},
      {"threads", [](auto& o) { o.trainer.threads = 2; }},
      {"cadence", [](auto& o) { o.coordinator.every_steps = 3; }},
      {"patience", [](auto& o) { o.coordinator.early_stopping_patience = 4; }},
      {"skip", [](auto& o) { o.trainer.on_nonfinite = OnNonfinite::kSkip; }},
      {"intervals", [](auto& o) { o.intervals.resamples = 5; }},
  };
  for (const auto& [key, change] : changes) EXPECT_EQ(refusal(change), "") << key;
}

TEST_F(SameRun, ACheckpointWithoutARecordOfItsSplitIsNotResumed) {
  EXPECT_THAT([] { check_same_settings(Manifest{}, settings_of(ExperimentOptions())); },
              testing::ThrowsMessage<UsageError>(HasSubstr("older galen")));
}

// A checkpoint with a pending validation, in a run without validation samples.
TEST_F(SameRun, APendingValidationWithoutSamplesIsDropped) {
  ExperimentOptions options = begun();
  options.folder = folder_ / "unvalidated";
  options.split.fractions = {0.8, 0, 0.2};
  const ExperimentOutcome outcome = train(options, *alone_);
  const Checkpoint last(outcome.last);
  const Snapshot snapshot = last.empty_snapshot();
  last.load(snapshot);
  Manifest manifest = last.manifest();
  manifest.state.pending_evaluation = manifest.state.step;
  manifest.state.step += 1;
  CheckpointStore(options.folder).save(snapshot, manifest);

  options.resume = true;
  options.trainer.epochs = 2;
  EXPECT_EQ(train(options, *alone_).state.pending_evaluation, 0);
}

}  // namespace
}  // namespace galen::trainer
