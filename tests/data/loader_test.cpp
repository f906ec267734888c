#include "data/loader.h"

#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>
#include <thread>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

constexpr std::int64_t kSamples = 50;

class LoaderTest : public testing::Test {
 protected:
  LoaderTest() {
    test::write_small_images(folder_ / "data.h5", kSamples);
    dataset_ = std::make_shared<Dataset>(DatasetOptions{folder_ / "data.h5"});
    for (std::int64_t i = 0; i < kSamples; i += 1 + i % 2) members_.push_back(i);
  }

  Loader loader(LoaderOptions options) const { return {dataset_, members_, {.scaling = {{10, 20}, {3, 7}}}, options}; }

  static std::vector<std::int64_t> index(const Samples& samples) {
    const auto* begin = samples.index.const_data_ptr<std::int64_t>();
    return {begin, begin + samples.size()};
  }

  static std::vector<std::vector<std::int64_t>> steps(Loader& loader, std::int64_t epoch, std::int64_t consumed = 0) {
    std::vector<std::vector<std::int64_t>> result;
    for (const Batch& batch : loader.epoch(epoch, consumed)) result.push_back(index(batch.samples));
    return result;
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<const Dataset> dataset_;
  std::vector<std::int64_t> members_;
};

TEST_F(LoaderTest, YieldsEverySampleOnceWithARaggedEnd) {
  for (const std::int64_t batch : {1, 4, 7, 26, 100}) {
    Loader loader = this->loader({.batch = batch});
    const std::int64_t size = loader.size();
    EXPECT_EQ(size, static_cast<std::int64_t>(members_.size()));
    std::vector<std::int64_t> seen;
    std::int64_t number = 0;
    for (const Batch& found : loader.epoch(0)) {
      EXPECT_EQ(found.positions.begin, number * batch);
      EXPECT_EQ(found.positions.end, std::min((number + 1) * batch, size));
      EXPECT_EQ(found.samples.size(), found.positions.size());
      for (const std::int64_t sample : index(found.samples)) seen.push_back(sample);
      ++number;
    }
    EXPECT_EQ(number, loader.steps());
    EXPECT_THAT(seen, UnorderedElementsAreArray(members_));
  }
}

TEST_F(LoaderTest, GivesTheSameStepsWhateverTheNumberOfWorkers) {
  const int lanes = 4;
  Loader alone = loader({.batch = 7, .lanes = lanes, .my_lanes = {0, lanes}, .seed = 5});
  const auto expected = steps(alone, 2);
  for (int workers = 1; workers <= 4; ++workers) {
    std::vector<std::vector<std::int64_t>> joined(expected.size());
    for (int worker = 0; worker < workers; ++worker) {
      const Range mine = {lanes * worker / workers, lanes * (worker + 1) / workers};
      Loader part = loader({.batch = 7, .lanes = lanes, .my_lanes = mine, .seed = 5});
      const auto found = steps(part, 2);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t s = 0; s < found.size(); ++s) joined[s].insert(joined[s].end(), found[s].begin(), found[s].end());
    }
    EXPECT_EQ(joined, expected) << workers;
  }
}

// Members 0, 2, 3, 5, … in chunks of six, mixed 12 at a time.
std::shared_ptr<const Chunks> windows_over(const std::vector<std::int64_t>& members) {
  auto chunks = std::make_shared<Chunks>();
  for (std::size_t i = 0; i < members.size(); i += 6) chunks->begin.push_back(static_cast<std::int64_t>(i));
  chunks->begin.push_back(static_cast<std::int64_t>(members.size()));
  chunks->window = 12;
  return chunks;
}

// Five workers, stopped in the middle, then three, then eight: together every sample once.
TEST_F(LoaderTest, GoesOnInTheMiddleWithAnotherNumberOfWorkers) {
  constexpr int kEightLanes = 8;
  constexpr std::int64_t kBatchOfNine = 9;
  for (const auto& windows : {std::shared_ptr<const Chunks>(), windows_over(members_)}) {
    std::vector<std::int64_t> seen;
    std::int64_t step = 0;
    for (const auto& [workers, until] : {std::pair(5, 1), {3, 3}, {8, 100}}) {
      const std::int64_t begin = step;
      for (int worker = 0; worker < workers; ++worker) {
        Loader part = loader({.batch = kBatchOfNine,
                              .lanes = kEightLanes,
                              .my_lanes = {kEightLanes * worker / workers, kEightLanes * (worker + 1) / workers},
                              .seed = 4,
                              .windows = windows,
                              .threads = 2});
        step = begin;
        for (const Batch& batch : part.epoch(1, std::min(begin * kBatchOfNine, part.size()))) {
          for (const std::int64_t sample : index(batch.samples)) seen.push_back(sample);
          if (++step == until) break;
        }
      }
    }
    EXPECT_THAT(seen, UnorderedElementsAreArray(members_));
  }
}

TEST_F(LoaderTest, GivesTheSameBatchesInTheSameOrderWhateverTheNumberOfThreads) {
  const auto contents = [this](int threads) {
    Loader loader = this->loader({.batch = 3, .seed = 8, .windows = windows_over(members_), .threads = threads});
    std::vector<std::vector<double>> values;
    for (const Batch& batch : loader.epoch(2)) values.push_back(test::to_vector<float>(batch.samples.inputs.only()));
    return values;
  };
  const auto expected = contents(1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(contents(threads), expected) << threads;
}

TEST_F(LoaderTest, ShufflesEachEpochAnewAndTheSameAgain) {
  Loader loader = this->loader({.batch = 8, .seed = 3});
  const auto first = steps(loader, 0);
  const auto second = steps(loader, 1);
  EXPECT_NE(first, second);
  EXPECT_EQ(steps(loader, 0), first);
  Loader other = this->loader({.batch = 8, .seed = 4});
  EXPECT_NE(steps(other, 0), first);
  Loader plain = this->loader({.batch = 100, .shuffle = false});
  EXPECT_EQ(steps(plain, 7).at(0), members_);
}

TEST_F(LoaderTest, StartsAnywhereInAnEpoch) {
  Loader loader = this->loader({.batch = 4, .lanes = 3, .my_lanes = {1, 3}, .seed = 9});
  const auto whole = steps(loader, 6);
  for (std::size_t step = 0; step < whole.size(); ++step) {
    const std::vector<std::vector<std::int64_t>> rest(whole.begin() + static_cast<std::ptrdiff_t>(step), whole.end());
    EXPECT_EQ(steps(loader, 6, 4 * static_cast<std::int64_t>(step)), rest) << step;
  }
  EXPECT_TRUE(steps(loader, 6, loader.size()).empty());
}

TEST_F(LoaderTest, ScalesInF32AndBringsTargets) {
  Loader loader = this->loader({.batch = 9, .seed = 1});
  for (const Batch& batch : loader.epoch(0)) {
    const std::vector<std::int64_t> samples = index(batch.samples);
    EXPECT_THAT(batch.samples.inputs.only().sizes().slice(1).vec(), ElementsAre(2, 3, 2));
    const auto* input = batch.samples.inputs.only().const_data_ptr<float>();
    const auto* target = batch.samples.target.const_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      EXPECT_EQ(target[i], samples[i] % 3);
      for (std::int64_t pixel = 0; pixel < 12; ++pixel) {
        const auto value = static_cast<float>((7 * samples[i] + pixel) % 256);
        EXPECT_EQ(*input++, pixel < 6 ? (value - 10.F) / 3.F : (value - 20.F) / 7.F);
      }
    }
  }
}

TEST_F(LoaderTest, CutsStepsIntoLanesSomeOfThemEmpty) {
  members_.resize(9);
  Loader loader = this->loader({.batch = 8, .lanes = 4, .my_lanes = {1, 4}, .shuffle = false});
  std::vector<std::vector<std::vector<std::int64_t>>> found;
  for (const Batch& batch : loader.epoch(0)) {
    found.emplace_back();
    for (std::int64_t lane = 1; lane < 4; ++lane) {
      const Samples samples = batch.lane(lane);
      EXPECT_EQ(samples.inputs.only().size(0), samples.size());
      EXPECT_EQ(samples.target.size(0), samples.size());
      found.back().push_back(index(samples));
    }
  }
  using Lanes = std::vector<std::vector<std::int64_t>>;
  EXPECT_THAT(found, ElementsAre(Lanes{{members_[2], members_[3]}, {members_[4], members_[5]}, {members_[6], members_[7]}},
                                 Lanes{{}, {}, {members_[8]}}));

  Loader empty = this->loader({.batch = 8, .lanes = 4, .my_lanes = {0, 1}, .shuffle = false});
  EXPECT_THAT(steps(empty, 0), ElementsAre(ElementsAre(members_[0], members_[1]), ElementsAre()));
}

TEST_F(LoaderTest, LeavesABatchAloneWhileItIsInUse) {
  Loader loader = this->loader({.batch = 2, .seed = 1, .read_ahead = 1});
  const auto expected = steps(loader, 0);
  std::size_t step = 0;
  for (const Batch& batch : loader.epoch(0)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // long enough for the reader to go wrong
    EXPECT_EQ(index(batch.samples), expected[step++]);
  }
}

TEST_F(LoaderTest, ReusesItsBuffers) {
  Loader loader = this->loader({.batch = 2, .read_ahead = 2});
  std::set<const void*> buffers;
  for (const Batch& batch : loader.epoch(0)) buffers.insert(batch.samples.inputs.only().const_data_ptr());
  EXPECT_EQ(buffers.size(), 3U);
}

TEST_F(LoaderTest, MayBeLeftEarlyAtAnyPoint) {
  Loader loader = this->loader({.batch = 3, .seed = 2});
  const auto expected = steps(loader, 1);
  for (int leave = 0; leave < 10; ++leave) {
    int step = 0;
    for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) {
      if (step++ == leave) break;
    }
    EXPECT_EQ(steps(loader, 1), expected);
  }
  loader.epoch(0);
}

TEST_F(LoaderTest, SharesItsDatasetWithOtherLoaders) {
  Loader one = loader({.batch = 4, .seed = 1});
  Loader two = loader({.batch = 4, .seed = 2});
  const auto expected_one = steps(one, 0);
  const auto expected_two = steps(two, 0);
  auto epoch = two.epoch(0);
  auto other = epoch.begin();
  std::size_t step = 0;
  for (const Batch& batch : one.epoch(0)) {
    EXPECT_EQ(index(batch.samples), expected_one[step]);
    EXPECT_EQ(index((*other).samples), expected_two[step++]);
    ++other;
  }
}

class ForeignLoaderTest : public test::H5pyTest {};

TEST_F(ForeignLoaderTest, ScalesAsNumpyDoes) {
  for (const char* type : {"u1", ">u2", "f4"}) {
    write(std::string("f['x'] = np.random.default_rng(0).integers(0, 200, (20, 4, 5, 3)).astype('") + type + "')");
    const auto dataset = open("x", "", "nhwc");
    Loader loader(dataset, {3, 1, 4, 15, 9, 2, 6}, {.scaling = {{100.25F, 50, 7}, {3, 0.7F, 11}}}, {.batch = 7, .shuffle = false});
    auto epoch = loader.epoch(0);
    const Batch& batch = *epoch.begin();
    EXPECT_EQ(
        test::to_vector<float>(batch.samples.inputs.only()),
        evaluate("(f['x'][:].transpose(0, 3, 1, 2)[[3, 1, 4, 15, 9, 2, 6]].astype('f4') - np.array([100.25, 50, 7], 'f4')[:, None, None])"
                 " / np.array([3, .7, 11], 'f4')[:, None, None]"))
        << type;
    EXPECT_FALSE(batch.samples.target.defined());
  }
}

class DamagedFile : public test::H5pyTest {
 protected:
  static int steps_after(Loader& loader, std::int64_t consumed) {
    int steps = 0;
    for ([[maybe_unused]] const Batch& batch : loader.epoch(0, consumed)) ++steps;
    return steps;
  }
};

TEST_F(DamagedFile, HandsItsErrorToTheCallerInItsTurn) {
  write("x = np.random.default_rng(0).random((100, 8, 8)); f.create_dataset('x', data=x, chunks=(5, 8, 8), compression='gzip')");
  damage_chunk(7);
  std::vector<std::int64_t> members(100);
  std::iota(members.begin(), members.end(), 0);
  Loader loader(open("x"), members, {.scaling = {{0}, {1}}}, {.batch = 5, .shuffle = false});
  int steps = 0;
  testing::internal::CaptureStderr();
  try {
    for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) ++steps;
    FAIL() << "no error after " << steps;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr(path()), testing::HasSubstr("dataset /x: samples 35 to 39")));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(steps, 7);
  EXPECT_THROW(loader.epoch(0, 35).begin(), Error);
  EXPECT_EQ(steps_after(loader, 40), 12);
}

// With several makers the later failure may be found first, while another maker still holds an earlier step.
TEST_F(DamagedFile, EndsInTheFirstErrorWhateverTheNumberOfThreads) {
  write("x = np.random.default_rng(0).random((100, 32, 32)); f.create_dataset('x', data=x, chunks=(5, 32, 32), compression='gzip')");
  for (const int chunk : {7, 9, 10}) damage_chunk(chunk);
  std::vector<std::int64_t> members(100);
  std::iota(members.begin(), members.end(), 0);
  for (const int threads : {1, 2, 4, 8}) {
    Loader loader(open("x"), members, {.scaling = {{0}, {1}}}, {.batch = 5, .shuffle = false, .threads = threads});
    for (int round = 0; round < 50; ++round) {
      int steps = 0;
      try {
        for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) ++steps;
        FAIL() << "no error after " << steps;
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("samples 35 to 39"));
      }
      EXPECT_EQ(steps, 7);
    }
  }
}

}  // namespace
}  // namespace galen::data
