#include "trainer/gradient/optimizer/schedule.h"

#include "galen/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace galen::trainer {
namespace {

TEST(Schedule, ConstantStaysAfterALinearWarmUp) {
  const Schedule schedule({.course = Course::kConstant, .warmup_steps = 4}, 0.8, 10, 5);
  EXPECT_DOUBLE_EQ(schedule.at(0), 0.2);
  EXPECT_DOUBLE_EQ(schedule.at(1), 0.4);
  EXPECT_DOUBLE_EQ(schedule.at(3), 0.8);
  EXPECT_DOUBLE_EQ(schedule.at(49), 0.8);
}

TEST(Schedule, StepFallsByTheFactorEveryNEpochs) {
  const Schedule schedule({.course = Course::kStep, .step_epochs = 2, .factor = 0.5}, 1.0, 10, 6);
  EXPECT_DOUBLE_EQ(schedule.at(0), 1.0);
  EXPECT_DOUBLE_EQ(schedule.at(19), 1.0);
  EXPECT_DOUBLE_EQ(schedule.at(20), 0.5);
  EXPECT_DOUBLE_EQ(schedule.at(40), 0.25);
}

TEST(Schedule, CosineRunsFromTheFullRateToItsFinalFraction) {
  const Schedule schedule({.course = Course::kCosine, .warmup_steps = 20, .final_fraction = 0.1}, 1.0, 10, 10);
  EXPECT_DOUBLE_EQ(schedule.at(20), 1.0);
  EXPECT_DOUBLE_EQ(schedule.at(60), 0.1 + 0.9 * 0.5);
  EXPECT_DOUBLE_EQ(schedule.at(40), 0.1 + 0.9 * (1 + std::cos(std::numbers::pi / 4)) / 2);
  EXPECT_DOUBLE_EQ(schedule.at(100), 0.1);
  EXPECT_DOUBLE_EQ(schedule.at(1000), 0.1);
}

TEST(Schedule, RefusesOptionsThatTheScheduleDoesNotUse) {
  EXPECT_THROW(Schedule({.course = Course::kCosine, .factor = 0.5}, 1, 1, 1), UsageError);
  EXPECT_THROW(Schedule({.course = Course::kStep, .final_fraction = 0.5}, 1, 1, 1), UsageError);
}

}  // namespace
}  // namespace galen::trainer
