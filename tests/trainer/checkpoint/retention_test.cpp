// Which checkpoints stay.

#include "trainer/checkpoint/retention.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"
#include "trainer/checkpoint/file_sink.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <limits>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::int64_t> steps_of(const CheckpointStore& store) {
  std::vector<std::int64_t> steps;
  for (const std::string& folder : store.newest_first()) steps.push_back(read_manifest(folder).state.step);
  return steps;
}

class Retention : public testing::Test {
 protected:
  CheckpointStore store(int keep_last, int keep_best) const {
    return CheckpointStore(folder_.path(), {.keep_last = keep_last, .keep_best = keep_best});
  }
  void save(std::initializer_list<std::int64_t> steps) const {
    for (const std::int64_t step : steps) test::save(store(1, 1), step);
  }
  void rate(const std::vector<std::pair<std::int64_t, double>>& ratings, bool larger_is_better = true) const {
    for (const auto& [step, value] : ratings) store(1, 1).rate(step, value, larger_is_better);
  }

  // Leaves what a killed writer of that file leaves.
  static void die_writing(const fs::path& path) {
    const pid_t child = ::fork();
    if (child == 0) {
      FileSink file(path.string());
      std::_Exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
  }
  std::vector<fs::path> temporaries() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (is_temporary(entry.path().string())) found.push_back(entry.path());
    }
    return found;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Retention, KeepsTheNewestAndTheBestRated) {
  save({10, 20, 30, 40, 50});
  rate({{10, 0.7}, {20, 0.9}, {30, 0.8}, {40, 0.6}});
  EXPECT_THAT(store(1, 2).prune(), ElementsAre(store(1, 1).folder_of(40), store(1, 1).folder_of(10)));
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(50, 30, 20));
}

TEST_F(Retention, PrefersSmallLosses) {
  save({10, 20, 30, 40});
  rate({{10, 0.7}, {20, 0.2}, {30, 0.8}}, /*larger_is_better=*/false);
  store(1, 1).prune();
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(40, 20));
}

TEST_F(Retention, OfEqualRatingsKeepsTheOneWithTheLowerLoss) {
  save({10, 20, 30, 40});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [step, loss] : {std::pair(10, nan), {20, 0.3}, {30, 0.2}}) store(1, 1).rate(step, 1, /*larger_is_better=*/true, loss);
  store(1, 1).prune();
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(40, 30));
}

TEST_F(Retention, OfEqualRatingsKeepsTheOldest) {
  save({10, 20, 30, 40});
  rate({{10, 0.5}, {20, 0.9}, {30, 0.9}, {40, std::numeric_limits<double>::quiet_NaN()}});
  store(1, 1).prune();
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(40, 20));
}

TEST_F(Retention, KeepsWhatIsLinkedOrPinned) {
  save({10, 20, 30, 40, 50});
  store(1, 0).link_best(20);
  store(1, 0).prune(std::vector<std::int64_t>{30});
  EXPECT_THAT(steps_of(store(1, 0)), ElementsAre(50, 30, 20));
  EXPECT_EQ(read_manifest(store(1, 0).best()).state.step, 20);
  EXPECT_EQ(read_manifest(store(1, 0).last()).state.step, 50);
}

TEST_F(Retention, AlwaysKeepsOne) {
  save({10, 20});
  store(0, 0).prune();
  EXPECT_THAT(steps_of(store(1, 0)), ElementsAre(20));
}

TEST_F(Retention, IgnoresADamagedRating) {
  save({10, 20, 30});
  rate({{10, 0.9}, {20, 0.5}});
  test::overwrite(fs::path(store(1, 1).folder_of(10)) / "rating.json", "{}");
  store(1, 1).prune();
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(30, 20));
}

TEST_F(Retention, CanBeAskedAgain) {
  save({10, 20, 30});
  EXPECT_EQ(store(1, 1).prune().size(), 2U);
  EXPECT_THAT(store(1, 1).prune(), IsEmpty());
}

TEST_F(Retention, RemovesWhatKilledWritersLeft) {
  save({20});
  store(1, 1).write_part(10, test::some_tensors(1), 0, 2);  // never published, and the run continued
  die_writing(fs::path(store(1, 1).folder_of(20)) / "rating.json");
  die_writing(folder_ / "config.cfg");
  const fs::path elsewhere = folder_.write("trace.json.tmp-another0-01234567", "half a tra");  // by another machine
  EXPECT_EQ(temporaries().size(), 3U);
  EXPECT_THAT(store(1, 1).prune(), ElementsAre(store(1, 1).folder_of(10)));
  EXPECT_THAT(temporaries(), ElementsAre(elsewhere));
  fs::last_write_time(elsewhere, fs::file_time_type::clock::now() - std::chrono::hours(2));
  store(1, 1).prune();
  EXPECT_THAT(temporaries(), IsEmpty());
  EXPECT_TRUE(test::holds(Checkpoint(store(1, 1).last()), 20));
}

TEST_F(Retention, MakesRoomBeforeAStepIsWrittenAgain) {
  save({10});
  fs::create_directory(store(1, 1).folder_of(20));
  die_writing(fs::path(store(1, 1).folder_of(20)) / "weights.safetensors");
  save({20});
  EXPECT_THAT(temporaries(), IsEmpty());
}

TEST_F(Retention, LeavesLiveWritersAlone) {
  save({20});
  const std::string next = store(1, 1).folder_of(30);
  store(1, 1).write_part(30, test::some_tensors(1), 0, 2);  // the other part is being written
  {
    FileSink writing(next + "/weights-00002-of-00002.safetensors");
    fs::last_write_time(temporaries().at(0), fs::file_time_type::clock::now() - std::chrono::hours(2));  // a slow one
    fs::last_write_time(next, fs::file_time_type::clock::now() - std::chrono::hours(2));
    EXPECT_THAT(store(1, 1).prune(), IsEmpty());
    EXPECT_THAT(temporaries(), testing::SizeIs(1));
  }
  EXPECT_THAT(store(1, 1).prune(), IsEmpty());
  fs::last_write_time(next, fs::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_THAT(store(1, 1).prune(), ElementsAre(next));
}

}  // namespace
}  // namespace galen::trainer
