#include "trainer/coordinator/run_coordinator.h"

#include "comm/single_communicator.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/coordinator/small_service.h"
#include "trainer/time_limit.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

/// A run whose service is the test itself: it writes nothing unless it is told to.
class RunCoordinatorTest : public testing::Test {
 protected:
  RunCoordinatorTest() {
    coordinator_ = std::make_unique<RunCoordinator>(
        CoordinatorOptions{}, CoordinatorParts{.workers = *alone_,
                                               .folder = (folder_ / "run").string(),
                                               .manifest = manifest_of(0),
                                               .client = std::make_unique<CheckpointClient>(live_, 1, memory_, 1, /*deadline=*/0),
                                               .validate = [this] { return report(); },
                                               .evaluates_beside = false,
                                               .selection = Selection{"auc", true},
                                               .pending = {},
                                               .time_limit = limit_,
                                               .progress = progress_});
  }

  Report report() const {
    Report report;
    report.metrics.push_back({"auc", auc_, 0, 0});
    return report;
  }

  void end_epoch(double auc) {
    auc_ = auc;
    state_.step += 10;
    state_.close_epoch();
    coordinator_->after_epoch(state_, 0.5);
    coordinator_->before_update();
  }

  // The snapshots that were handed over since the last time.
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
  TrainingState state_;
  std::unique_ptr<RunCoordinator> coordinator_;
};

// The first fills the disk's queue, the second waits behind it.
TEST_F(RunCoordinatorTest, ADiskThatHangsHoldsUpNoEpochThatIsNotTheBest) {
  end_epoch(0.7);
  const KeepOrder on_its_way = orders().at(0);
  ASSERT_TRUE(memory_->slots.use(on_its_way.slot, on_its_way.filling));
  end_epoch(0.8);
  const KeepOrder best = orders().at(0);
  EXPECT_TRUE(best.best);
  end_epoch(0.6);
  EXPECT_TRUE(orders().empty()) << "there is no room for it";
  EXPECT_TRUE(memory_->slots.use(best.slot, best.filling)) << "the best waits as before";

  memory_->slots.release(on_its_way.slot);
  end_epoch(0.6);
  EXPECT_EQ(orders().at(0).step, 40) << "the disk works again";
}

TEST_F(RunCoordinatorTest, ABetterEpochTakesThePlaceOfOneThatWaits) {
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

}  // namespace
}  // namespace galen::trainer
