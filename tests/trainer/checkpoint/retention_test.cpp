// Which checkpoints stay.

#include "trainer/checkpoint/retention.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

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

  test::TemporaryFolder folder_;
};

TEST_F(Retention, KeepsTheNewestAndTheBestRated) {
  save({10, 20, 30, 40, 50});
  rate({{10, 0.7}, {20, 0.9}, {30, 0.8}, {40, 0.6}});
  EXPECT_THAT(store(1, 2).prune(), ElementsAre(store(1, 1).folder_of(40), store(1, 1).folder_of(10)));
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(50, 30, 20));
}

TEST_F(Retention, KnowsThatLossesAreBetterSmall) {
  save({10, 20, 30, 40});
  rate({{10, 0.7}, {20, 0.2}, {30, 0.8}}, /*larger_is_better=*/false);
  store(1, 1).prune();
  EXPECT_THAT(steps_of(store(1, 1)), ElementsAre(40, 20));
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

TEST_F(Retention, TakesADamagedRatingForNone) {
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
  store(1, 1).write_part(10, test::some_tensors(1), 0, 2);  // never published, and the run went on
  test::overwrite(fs::path(store(1, 1).folder_of(20)) / "rating.json.tmp-0123456789abcdef", "half a rat");
  test::overwrite(folder_ / "config.cfg.tmp-0123456789abcdef", "half a conf");
  EXPECT_THAT(store(1, 1).prune(), ElementsAre(store(1, 1).folder_of(10)));
  EXPECT_FALSE(fs::exists(fs::path(store(1, 1).folder_of(20)) / "rating.json.tmp-0123456789abcdef"));
  EXPECT_FALSE(fs::exists(folder_ / "config.cfg.tmp-0123456789abcdef"));
  EXPECT_TRUE(test::holds(Checkpoint(store(1, 1).last()), 20));
}

TEST_F(Retention, LeavesLiveWritersAlone) {
  save({20});
  const std::string next = store(1, 1).folder_of(30);
  store(1, 1).write_part(30, test::some_tensors(1), 0, 2);  // the other part is on its way
  const fs::path writing = fs::path(next) / "weights-00002-of-00002.safetensors.tmp-0123456789abcdef";
  test::overwrite(writing, "half a wei");
  const int file = ::open(writing.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(file, LOCK_EX), 0);
  fs::last_write_time(next, fs::file_time_type::clock::now() - std::chrono::hours(2));  // a slow one
  EXPECT_THAT(store(1, 1).prune(), IsEmpty());
  EXPECT_TRUE(fs::exists(writing));

  ::close(file);  // it dies, an hour ago
  fs::remove(writing);
  fs::last_write_time(next, fs::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_THAT(store(1, 1).prune(), ElementsAre(next));
}

}  // namespace
}  // namespace galen::trainer
