#include "galen/error.h"
#include "trainer/coordinator/coordinator.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const at::Tensor kOneClass = at::ones({40}, at::kLong);
const at::Tensor kTwoClasses = at::arange(40, at::kLong).remainder(2);

std::unique_ptr<Task> binary() {
  return make_task({.kind = data::TaskKind::kBinary}, {"benign", "malignant"}, models::OutputForm::kLogits);
}

std::unique_ptr<Task> regression(const TargetScale& scale) {
  return make_task({.kind = data::TaskKind::kRegression, .target_scale = scale}, {"age"}, models::OutputForm::kLogits);
}

CoordinatorOptions with(const std::string& metric, std::int64_t patience = 0) {
  CoordinatorOptions options;
  options.best_metric = metric;
  options.early_stopping_patience = patience;
  return options;
}

Selection select(const CoordinatorOptions& options, const Task& task, const at::Tensor& validation) {
  return resolve_selection(options, task, validation).value();
}

TEST(Selection, AutoIsTheMetricThatFitsTheTask) {
  EXPECT_EQ(select({}, *binary(), kTwoClasses).metric, "auc");
  EXPECT_THAT(select({}, *binary(), kTwoClasses).note, IsEmpty());
  EXPECT_EQ(select({}, *regression({{50}, {3}}), at::arange(4, at::kFloat)).metric, "loss");
  EXPECT_EQ(select({}, *regression({}), at::arange(4, at::kFloat)).metric, "mean_squared_error") << "which is the loss there";
  EXPECT_EQ(select(with("loss"), *regression({}), at::arange(4, at::kFloat)).metric, "mean_squared_error");
  EXPECT_FALSE(resolve_selection(with("none"), *binary(), kOneClass).has_value());
}

TEST(Selection, AutoUsesTheLossIfItsMetricIsUndefined) {
  const Selection selection = select(with("auto", 2), *binary(), kOneClass);
  EXPECT_EQ(selection.metric, "loss");
  EXPECT_FALSE(selection.larger_is_better);
  EXPECT_THAT(selection.note, AllOf(HasSubstr("auc is undefined in validation"), HasSubstr("loss"), HasSubstr("early_stopping.patience")));
}

TEST(Selection, ARequestedMetricThatIsUndefinedIsRefused) {
  for (const char* metric : {"auc", "specificity"}) {
    EXPECT_THAT([&] { resolve_selection(with(metric), *binary(), kOneClass); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr(metric), HasSubstr("all 40 are of malignant"), HasSubstr("loss"))));
  }
  EXPECT_EQ(select(with("accuracy"), *binary(), kOneClass).metric, "accuracy") << "it is defined";
  EXPECT_THAT(
      [] {
        resolve_selection(with("r2"), *regression({{50}, {3}}), at::ones({3, 1}));
      },
      ThrowsMessage<UsageError>(HasSubstr("the target age has the same value")));
}

TEST(Selection, EarlyStoppingNeedsSamplesToValidateOn) {
  EXPECT_THROW(resolve_selection(with("auto", 1), *binary(), {}), UsageError);
  EXPECT_EQ(select({}, *binary(), {}).metric, "auc");
}

}  // namespace
}  // namespace galen::trainer
