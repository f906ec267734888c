#include "trainer/run/time_limit.h"

#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

constexpr TimeLimit::Clock::time_point kStart{1000h};

TEST(TimeLimit, WithoutALimitThereIsAlwaysTime) {
  TimeLimit none;
  EXPECT_FALSE(none.is_near(kStart));
  EXPECT_FALSE(none.is_near(kStart + 100000h));
}

TEST(TimeLimit, LeavesThirtySecondsForTheCheckpoint) {
  TimeLimit limit(kStart, kStart + 60min, 300'000'000);
  EXPECT_FALSE(limit.is_near(kStart + 59min + 28s));
  EXPECT_FALSE(limit.is_near(kStart + 59min + 28500ms));
  EXPECT_TRUE(limit.is_near(kStart + 59min + 30s));
}

TEST(TimeLimit, LeavesMoreForALargeState) {
  TimeLimit limit(kStart, kStart + 60min, 6'000'000'000);
  EXPECT_FALSE(limit.is_near(kStart + 54min + 59s));
  EXPECT_TRUE(limit.is_near(kStart + 55min));
}

TEST(TimeLimit, LeavesTimeForWhatTookLongestBetweenTwoSteps) {
  TimeLimit limit(kStart, kStart + 60min, 0);
  EXPECT_FALSE(limit.is_near(kStart + 10min));  // setting up is not done again
  EXPECT_FALSE(limit.is_near(kStart + 10min + 1s));
  EXPECT_FALSE(limit.is_near(kStart + 15min + 1s));  // a validation
  for (auto time = 15min + 2s; time < 54min + 30s; time += 1s) ASSERT_FALSE(limit.is_near(kStart + time)) << time.count();
  EXPECT_TRUE(limit.is_near(kStart + 54min + 30s));
}

TEST(TimeLimit, LeavesTwiceTheTimeThatACheckpointTook) {
  TimeLimit limit(kStart, kStart + 60min, 0);
  limit.checkpoint_took(1s);
  EXPECT_FALSE(limit.is_near(kStart + 59min));
  limit.checkpoint_took(100s);
  EXPECT_TRUE(limit.is_near(kStart + 59min));
  limit.checkpoint_took(1s);
  EXPECT_TRUE(limit.is_near(kStart + 59min));
}

TEST(TimeLimit, TrainsForThreeQuartersOfAShortTime) {
  TimeLimit limit(kStart, kStart + 60s, 6'000'000'000);
  EXPECT_FALSE(limit.is_near(kStart + 44s));
  EXPECT_TRUE(limit.is_near(kStart + 45s));
}

TEST(TimeLimit, ATimeThatIsOverLeavesOneStep) {
  TimeLimit limit(kStart, kStart - 1s, 0);
  EXPECT_TRUE(limit.is_near(kStart));
}

}  // namespace
}  // namespace galen::trainer
