#include "trainer/coordinator/run_coordinator.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/coordinator/small_service.h"
#include "trainer/run/time_limit.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

/// A run whose service is the test itself: nothing is written unless the test does it.
class RunCoordinatorTest : public testing::Test {
 protected:
  RunCoordinatorTest() { coordinator_ = std::make_unique<RunCoordinator>(options(), parts("run")); }

  CoordinatorParts parts(const std::string& folder) {
    return {.workers = *alone_,
            .folder = (folder_ / folder).string(),
            .manifest = manifest_of(0),
            .client = client_of(live_, memory_, 1, /*deadline=*/0),
            .validate = [this] { return report(); },
            .evaluates_beside = false,
            .selection = Selection{"auc", true},
            .pending = {},
            .time_limit = limit_,
            .progress = progress_};
  }

  static CoordinatorOptions options() {
    CoordinatorOptions options;
    options.early_stopping_patience = 3;
    return options;
  }

  Report report() const {
    Report report;
    report.metrics = {{"loss", loss_, 0, 0}, {"auc", auc_, 0, 0}};
    return report;
  }

  Verdict end_epoch(double auc, double loss = 1) {
    auc_ = auc;
    loss_ = loss;
    state_.step += 10;
    state_.close_epoch();
    const Verdict verdict = coordinator_->after_epoch(state_, 0.5);
    coordinator_->before_update();
    return verdict;
  }

  // The same without a snapshot in progress.
  Verdict judge_epoch(double auc, double loss = 1) {
    const Verdict verdict = end_epoch(auc, loss);
    for (const KeepOrder& order : orders()) {
      if (memory_->slots.use(order.slot, order.filling)) memory_->slots.release(order.slot);
    }
    return verdict;
  }

  // The snapshots ordered since the last call.
  std::vector<KeepOrder> orders() {
    std::vector<KeepOrder> orders;
    while (const auto bytes = memory_->orders.receive(0ms)) {
      const Order order = parse_order(*bytes);
      if (const auto* keep = std::get_if<KeepOrder>(&order)) orders.push_back(*keep);
    }
    return orders;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
  Snapshot live_ = small_state();
  std::shared_ptr<ServiceMemory> memory_ = memory_for(live_);
  TimeLimit limit_;
  Progress progress_{stdout, /*quiet=*/true, 10, 100, 0};
  double auc_ = 0;
  double loss_ = 0;
  TrainingState state_;
  std::unique_ptr<RunCoordinator> coordinator_;
};

// The first fills the disk's queue, the second waits behind it.
TEST_F(RunCoordinatorTest, AHangingDiskDelaysOnlyTheBestEpoch) {
  end_epoch(0.7);
  const KeepOrder on_its_way = orders().at(0);
  ASSERT_TRUE(memory_->slots.use(on_its_way.slot, on_its_way.filling));
  end_epoch(0.8);
  const KeepOrder best = orders().at(0);
  EXPECT_TRUE(best.best);
  end_epoch(0.6);
  EXPECT_TRUE(orders().empty()) << "there is no slot for it";
  EXPECT_TRUE(memory_->slots.use(best.slot, best.filling)) << "the best waits as before";

  memory_->slots.release(on_its_way.slot);
  end_epoch(0.6);
  EXPECT_EQ(orders().at(0).step, 40) << "the disk works again";
}

TEST_F(RunCoordinatorTest, AFailedLastCheckpointIsNamedWithTheNewestOneIfThereIsOne) {
  memory_->answers.send(to_bytes(NotWritten{7, "the disk is full"}));
  memory_->answers.send(to_bytes(Ended{}));
  state_.step = 7;
  try {
    coordinator_->finish(state_, Ending::kFinished);
    ADD_FAILURE() << "nothing was written";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("of step 7"), testing::HasSubstr("the disk is full"),
                                             testing::HasSubstr("There is no other"), testing::Not(testing::HasSubstr("-1"))));
  }
}

TEST_F(RunCoordinatorTest, ABetterEpochReplacesAWaitingOne) {
  end_epoch(0.7);
  const KeepOrder on_its_way = orders().at(0);
  ASSERT_TRUE(memory_->slots.use(on_its_way.slot, on_its_way.filling));
  end_epoch(0.8);
  const KeepOrder earlier = orders().at(0);
  end_epoch(0.9);
  const KeepOrder better = orders().at(0);
  EXPECT_FALSE(memory_->slots.use(earlier.slot, earlier.filling));
  EXPECT_TRUE(memory_->slots.use(better.slot, better.filling));
  EXPECT_EQ(better.step, 30);
}

TEST_F(RunCoordinatorTest, LinesOfALongRunBecomeRarer) {
  for (state_.step = 499'970; state_.step < 500'050; ++state_.step) coordinator_->after_step(state_, {.loss = 1});
  for (state_.step = 4'000'001; state_.step < 4'000'200; ++state_.step) coordinator_->after_step(state_, {.loss = 1});
  std::vector<std::int64_t> steps;
  std::istringstream lines(test::read_file(folder_ / "run/metrics.jsonl"));
  for (std::string line; std::getline(lines, line);) steps.push_back(nlohmann::json::parse(line).at("step"));
  EXPECT_THAT(steps, testing::ElementsAre(499'970, 499'980, 499'990, 500'000, 500'020, 500'040, 4'000'160));
}

TEST_F(RunCoordinatorTest, CheckpointsInQuickSuccessionAreOneEvent) {
  for (std::int64_t step = 1; step < 200; ++step) memory_->answers.send(to_bytes(Written{step, 0.1, 100}));
  state_.step = 1;
  coordinator_->after_step(state_, {.loss = 1});
  const std::string events = test::read_file(folder_ / "run/events.jsonl");
  EXPECT_EQ(std::count(events.begin(), events.end(), '\n'), 1);
}

TEST_F(RunCoordinatorTest, ItsFolderIsCheckedBeforeEachCheckpoint) {
  int kept = 0;
  CoordinatorParts watched = parts("kept");
  watched.keep = [&] {
    if (++kept > 2) throw Error("another job has it");
  };
  coordinator_ = std::make_unique<RunCoordinator>(options(), std::move(watched));
  end_epoch(0.7);
  EXPECT_EQ(kept, 2);  // at the start, and for the checkpoint
  EXPECT_THROW(end_epoch(0.8), Error);
}

TEST_F(RunCoordinatorTest, AnUndefinedValueIsNoImprovementAndCounts) {
  const double nan = -std::nan("");
  EXPECT_EQ(judge_epoch(nan), Verdict::kContinue);
  EXPECT_EQ(state_.best_step, 0) << "it is not the best, although there is no other";
  EXPECT_TRUE(std::isnan(state_.best_value));
  EXPECT_EQ(state_.epochs_without_improvement, 1);
  judge_epoch(0.7);
  EXPECT_EQ(state_.best_step, 20);
  EXPECT_EQ(state_.epochs_without_improvement, 0);
  judge_epoch(nan);
  EXPECT_EQ(state_.best_step, 20);
  EXPECT_EQ(state_.best_value, 0.7) << "NaN replaces nothing";
  judge_epoch(0.8);
  EXPECT_EQ(state_.best_step, 40) << "and later values are compared with the one before it";
  judge_epoch(nan);
  judge_epoch(std::numeric_limits<double>::infinity());
  EXPECT_EQ(state_.best_step, 40);
  EXPECT_EQ(judge_epoch(nan), Verdict::kStop) << "patience is 3";
}

TEST_F(RunCoordinatorTest, EqualValuesAreDecidedByTheLoss) {
  judge_epoch(1, 1.008);
  judge_epoch(1, 0.7);
  EXPECT_EQ(state_.best_step, 20);
  EXPECT_EQ(state_.epochs_without_improvement, 0) << "the loss fell";
  judge_epoch(1, 0.8);
  judge_epoch(1, 0.7);
  EXPECT_EQ(state_.best_step, 20) << "the earlier of equal ones";
  EXPECT_EQ(state_.best_loss, 0.7);
  judge_epoch(0.9, 0.1);
  EXPECT_EQ(state_.epochs_without_improvement, 3) << "the metric comes first";
  EXPECT_EQ(state_.best_step, 20);
}

}  // namespace
}  // namespace galen::trainer
