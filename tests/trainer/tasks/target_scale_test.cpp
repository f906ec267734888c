#include "trainer/tasks/target_scale.h"

#include "trainer/tasks/task.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace galen::trainer {
namespace {

at::Tensor column(const std::vector<float>& values) { return at::tensor(values).reshape({-1, 1}); }

TEST(TargetScale, IsMeanAndDeviationOfEachTarget) {
  const TargetScale scale = fit_target_scale(at::tensor({47.0F, 0.0F, 50.0F, 2.0F, 53.0F, 10.0F}).reshape({3, 2}));
  ASSERT_EQ(scale.mean.size(), 2);
  EXPECT_DOUBLE_EQ(scale.mean[0], 50);
  EXPECT_DOUBLE_EQ(scale.deviation[0], std::sqrt(6));  // (9 + 0 + 9) / 3
  EXPECT_DOUBLE_EQ(scale.mean[1], 4);
  EXPECT_DOUBLE_EQ(scale.deviation[1], std::sqrt(56.0 / 3));  // (16 + 4 + 36) / 3
  const TargetScale of_classes = fit_target_scale(at::tensor({0, 1, 2}, at::kLong));
  EXPECT_EQ(of_classes.mean, std::vector<double>{1});
  EXPECT_DOUBLE_EQ(of_classes.deviation[0], std::sqrt(2.0 / 3));
}

// The mean of many equal values has a rounding error, and dividing by the remaining deviation would magnify errors.
TEST(TargetScale, ATargetThatDoesNotVaryIsShiftedAlone) {
  const TargetScale scale = fit_target_scale(column(std::vector<float>(997, 0.1F)));
  EXPECT_EQ(scale.mean[0], static_cast<double>(0.1F));
  EXPECT_EQ(scale.deviation[0], 1);
}

TEST(TargetScale, IsInvertible) {
  const TargetScale scale{{50}, {3}};
  const at::Tensor standard = standardized(column({47, 50, 56}), scale);
  EXPECT_TRUE(standard.equal(column({-1, 0, 2})));
  EXPECT_TRUE(in_own_units(standard, scale).equal(column({47, 50, 56})));
  EXPECT_TRUE(standardized(column({47}), {}).equal(column({47}))) << "without a scale nothing changes";
}

TEST(TargetScale, TheLossIsInDeviationsAndEverythingElseInTheTargetsUnits) {
  const auto task = make_task({.kind = data::TaskKind::kRegression, .target_scale = {{50}, {3}}}, {"age"}, models::OutputForm::kLogits);
  const at::Tensor outputs = column({-1, 0});   // 47 and 50 years
  const at::Tensor targets = column({50, 56});  // of 50 and 56
  EXPECT_EQ(task->loss(outputs, targets).item<double>(), 1 + 4);
  const at::Tensor scores = task->scores(outputs);
  EXPECT_TRUE(scores.equal(column({47, 50})));
  std::map<std::string, double> metrics;
  for (const Measure& metric : task->metrics(task->records(outputs, targets))) metrics[metric.name] = metric.value;
  EXPECT_EQ(metrics.at("mean_squared_error"), (9 + 36) / 2.0);
  EXPECT_EQ(metrics.at("mean_absolute_error"), (3 + 6) / 2.0);
  EXPECT_EQ(metrics.at("r2"), 1 - 45.0 / 18);
}

TEST(TargetScale, TheLossWithoutOneIsTheMeanSquaredError) {
  EXPECT_EQ(make_task({.kind = data::TaskKind::kRegression}, {"age"}, models::OutputForm::kLogits)->facts().loss, "mean_squared_error");
  EXPECT_EQ(
      make_task({.kind = data::TaskKind::kRegression, .target_scale = {{0}, {2}}}, {"age"}, models::OutputForm::kLogits)->facts().loss,
      "loss");
  EXPECT_EQ(make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kLogits)->facts().loss, "loss");
}

}  // namespace
}  // namespace galen::trainer
