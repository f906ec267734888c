#include "trainer/lanes/lane_count.h"

#include "galen/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Lanes, DependOnlyOnTheBatch) {
  for (const auto& [batch, lanes] : std::initializer_list<std::pair<std::int64_t, std::int64_t>>{
           {1, 1}, {3, 1}, {4, 2}, {15, 2}, {16, 4}, {32, 4}, {63, 4}, {64, 8}, {100, 8}, {4096, 8}}) {
    EXPECT_EQ(automatic_lanes(batch), lanes) << batch;
    for (int workers = 1; workers <= lanes; ++workers) {
      EXPECT_EQ(lanes_for(kAutomaticLanes, batch, workers), lanes) << batch << ' ' << workers;
    }
  }
}

TEST(Lanes, AreMoreForMoreWorkers) {
  EXPECT_EQ(lanes_for(kAutomaticLanes, 32, 5), 8);
  EXPECT_EQ(lanes_for(kAutomaticLanes, 32, 8), 8);
  EXPECT_EQ(lanes_for(kAutomaticLanes, 64, 9), 16);
  EXPECT_EQ(lanes_for(kAutomaticLanes, 6, 5), 6) << "a sample for each";
  EXPECT_EQ(lanes_for(kAutomaticLanes, 2, 3), 3) << "which choose_lanes() refuses";
}

TEST(Lanes, AreTheRequestedNumber) {
  EXPECT_EQ(lanes_for(kLaneForEachWorker, 64, 3), 3);
  EXPECT_EQ(lanes_for(5, 64, 3), 5);
}

TEST(Lanes, OfAResumedRunAreKept) {
  EXPECT_EQ(choose_lanes({.batch = 64}, 4, 3), 4);
  EXPECT_EQ(choose_lanes({.batch = 64, .lanes = kLaneForEachWorker}, 4, 3), 4);
  EXPECT_EQ(choose_lanes({.batch = 64, .lanes = 4}, 4, 3), 4);
  EXPECT_THROW(choose_lanes({.batch = 64, .lanes = 8}, 4, 3), UsageError);
  EXPECT_THROW(choose_lanes({.batch = 64}, 4, 5), UsageError);
}

TEST(Lanes, HaveASampleAndAWorkerAtMost) {
  EXPECT_THROW(choose_lanes({.batch = 64, .lanes = 2}, {}, 3), UsageError);
  EXPECT_THROW(choose_lanes({.batch = 2}, {}, 3), UsageError);
  EXPECT_THROW(choose_lanes({.batch = 4, .lanes = 8}, {}, 3), UsageError);
}

TEST(Lanes, AreDescribedWithWhatHolds) {
  EXPECT_EQ(describe_lanes({.batch = 64}, 8, 2),
            "lanes: 8 for each batch of 64; the same bits on 1 to 8 workers with trainer.threads = 2.");
  EXPECT_THAT(describe_lanes({.batch = 32}, 8, 1), HasSubstr("not those of up to 4 workers"));
  EXPECT_THAT(describe_lanes({.batch = 32, .lanes = 8}, 8, 1), Not(HasSubstr("not those")));
}

}  // namespace
}  // namespace galen::trainer
