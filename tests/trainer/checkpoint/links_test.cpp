// Targets of RUN/last and RUN/best after a run was killed before it had moved them, and is resumed.

#include "tests/trainer/checkpoint/small_checkpoint.h"
#include "trainer/checkpoint/rating.h"
#include "trainer/resume/newest_checkpoint.h"

#include <limits>

namespace galen::trainer {
namespace {

class Links : public testing::Test {
 protected:
  // Checkpoints of steps 10 and 20; both links lead to the first, which is rated.
  void SetUp() override {
    test::save(store_, 10);
    store_.rate(10, 0.7, true);
    store_.link_best(10);
    test::save(store_, 20);
    store_.link_last(10);
  }

  static TrainingState state(std::int64_t best_step, double best_value) {
    TrainingState state;
    state.step = 20;
    state.best_step = best_step;
    state.best_value = best_value;
    return state;
  }

  std::int64_t last() const { return read_manifest(store_.last()).state.step; }
  std::int64_t best() const { return read_manifest(store_.best()).state.step; }

  test::TemporaryFolder folder_;
  CheckpointStore store_{folder_.path()};
  const std::optional<Selection> by_auc_ = Selection{"auc", true};
};

TEST_F(Links, PointToTheResumedCheckpointAndToTheBest) {
  restore_links(store_, state(20, 0.9), by_auc_);
  EXPECT_EQ(last(), 20);
  EXPECT_EQ(best(), 20);
  EXPECT_EQ(read_rating(store_.best(), 20, nullptr)->value, 0.9) << "so that keep_best knows it";
}

TEST_F(Links, StayWithAnEarlierBest) {
  restore_links(store_, state(10, 0.7), by_auc_);
  EXPECT_EQ(last(), 20);
  EXPECT_EQ(best(), 10);
}

TEST_F(Links, NeverPointToAMissingCheckpoint) {
  restore_links(store_, state(15, 0.8), by_auc_);
  EXPECT_EQ(best(), 10);
}

TEST_F(Links, StayIfTheBestIsUnknown) {
  restore_links(store_, state(0, std::numeric_limits<double>::quiet_NaN()), by_auc_);
  EXPECT_EQ(best(), 10);
  restore_links(store_, state(20, 0.9), std::nullopt);
  EXPECT_EQ(best(), 10);
}

TEST_F(Links, LastPointsToAnEarlierOneIfTheNewestIsDamaged) {
  store_.link_last(20);
  TrainingState earlier = state(10, 0.7);
  earlier.step = 10;
  restore_links(store_, earlier, by_auc_);
  EXPECT_EQ(last(), 10);
}

}  // namespace
}  // namespace galen::trainer
