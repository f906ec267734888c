// Every sample exactly once an epoch: of several files and a split by patients, in both orders, on 1 to 8 workers and on numbers of them
// that change in the middle.

#include "data/loader.h"
#include "data/sampling/split.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

namespace galen::data {
namespace {

using testing::UnorderedElementsAreArray;

using Numbers = std::vector<std::int64_t>;
using Steps = std::vector<Numbers>;

constexpr int kManyLanes = 8;
constexpr std::int64_t kOddBatch = 13;
constexpr std::int64_t kFiles = 12;

class ExactlyOnce : public testing::TestWithParam<bool> {
 protected:
  // Files of 20 to 31 samples, each a compressed chunk; a patient has samples in several of them.
  void SetUp() override {
    std::string names;
    for (std::int64_t file = 0; file < kFiles; ++file) {
      const std::int64_t size = 20 + file;
      std::vector<std::string> patients;
      for (std::int64_t i = 0; i < size; ++i) {
        patients.push_back("patient " + std::to_string((5 * i + 3 * file) % 37));
        number_in_file_.push_back(i);
      }
      const std::string name = folder_ / (std::to_string(file) + ".h5");
      test::write_small_images(name, size, 3, patients, {}, /*compression=*/1);
      names += (names.empty() ? "" : ",") + name;
    }
    dataset_ = std::make_shared<Dataset>(DatasetOptions{.file = names});
    split_ = split_of(*dataset_, {.source = SplitSource::kDrawn, .fractions = {0.6, 0.2, 0.2}, .seed = 3});
  }

  std::shared_ptr<const Chunks> windows_over(const Numbers& samples) const {
    if (!GetParam()) return nullptr;
    auto chunks = std::make_shared<Chunks>();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (i == 0 || dataset_->chunk_of(samples[i]) != dataset_->chunk_of(samples[i - 1]))
        chunks->begin.push_back(static_cast<std::int64_t>(i));
    }
    chunks->begin.push_back(static_cast<std::int64_t>(samples.size()));
    chunks->window = 10;
    return chunks;
  }

  /// Steps [begin, end) of an epoch by so many workers, each with its samples in the order of the lanes.
  Steps run(const Numbers& samples, int workers, std::int64_t begin, std::int64_t end) const {
    Steps steps;
    for (int worker = 0; worker < workers; ++worker) {
      Loader loader(dataset_, samples, {.scaling = {{0, 0}, {1, 1}}},
                    {.batch = kOddBatch,
                     .lanes = kManyLanes,
                     .my_lanes = {kManyLanes * worker / workers, kManyLanes * (worker + 1) / workers},
                     .seed = 6,
                     .windows = windows_over(samples),
                     .threads = 2});
      const std::int64_t last = std::min(end, loader.steps());
      steps.resize(static_cast<std::size_t>(std::max(last - begin, std::int64_t{0})));
      std::int64_t step = begin;
      if (begin == last) continue;
      for (const Batch& batch : loader.epoch(2, begin * kOddBatch)) {
        append(batch.samples, steps[static_cast<std::size_t>(step - begin)]);
        if (++step == last) break;
      }
      EXPECT_EQ(step, last);
    }
    return steps;
  }

  void append(const Samples& samples, Numbers& into) const {
    const auto* index = samples.index.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < samples.size(); ++i) {
      const std::int64_t number = number_in_file_[static_cast<std::size_t>(index[i])];
      ASSERT_EQ(samples.inputs.only().const_data_ptr<float>()[12 * i + 5], static_cast<float>((7 * number + 5) % 256));
      ASSERT_EQ(samples.target.const_data_ptr<std::int64_t>()[i], number % 3);
      into.push_back(index[i]);
    }
  }

  static Numbers joined(const Steps& steps) {
    Numbers all;
    for (const Numbers& step : steps) all.insert(all.end(), step.begin(), step.end());
    return all;
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<const Dataset> dataset_;
  Numbers number_in_file_;
  std::vector<Subset> split_;
};

TEST_P(ExactlyOnce, OnOneToEightWorkers) {
  Numbers all(static_cast<std::size_t>(dataset_->size()));
  std::iota(all.begin(), all.end(), 0);
  for (const Numbers& samples : {all, members(split_, Subset::kTrain), members(split_, Subset::kTest)}) {
    const Steps alone = run(samples, 1, 0, 100);
    EXPECT_THAT(joined(alone), UnorderedElementsAreArray(samples));
    EXPECT_NE(joined(alone), samples);
    for (int workers = 2; workers <= kManyLanes; ++workers) EXPECT_EQ(run(samples, workers, 0, 100), alone) << workers;
  }
}

TEST_P(ExactlyOnce, WhereFiveWorkersBecomeThreeAndThenEightInTheMiddle) {
  for (const Subset subset : {Subset::kTrain, Subset::kTest}) {
    const Numbers samples = members(split_, subset);
    Steps steps = run(samples, 5, 0, 2);
    for (const auto& [workers, begin, end] : {std::tuple(3, 2, 4), {8, 4, 100}}) {
      const Steps more = run(samples, workers, begin, end);
      steps.insert(steps.end(), more.begin(), more.end());
    }
    EXPECT_THAT(joined(steps), UnorderedElementsAreArray(samples));
    EXPECT_EQ(steps, run(samples, 1, 0, 100));
  }
}

TEST_P(ExactlyOnce, EveryPatientOnOneSideOfTheSplit) {
  std::map<std::int64_t, Subset> side_of;
  std::size_t count = 0;
  for (const Subset subset : {Subset::kTrain, Subset::kValidation, Subset::kTest}) {
    const Numbers samples = joined(run(members(split_, subset), 3, 0, 100));
    EXPECT_FALSE(samples.empty());
    count += samples.size();
    for (const std::int64_t sample : samples) {
      EXPECT_EQ(side_of.emplace(dataset_->groups()[static_cast<std::size_t>(sample)], subset).first->second, subset);
    }
  }
  EXPECT_EQ(count, number_in_file_.size());
  EXPECT_EQ(side_of.size(), 37);
}

INSTANTIATE_TEST_SUITE_P(Order, ExactlyOnce, testing::Bool(), [](const auto& windowed) { return windowed.param ? "windowed" : "exact"; });

}  // namespace
}  // namespace galen::data
