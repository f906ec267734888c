#include "trainer/tasks/undefined.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<Task> task(data::TaskKind kind, const std::vector<std::string>& names) {
  return make_task({.kind = kind}, names, models::OutputForm::kLogits);
}

at::Tensor classes_of(const std::vector<std::int64_t>& numbers) { return at::tensor(numbers, at::kLong); }

TEST(Undefined, ABinaryTaskNeedsBothClasses) {
  const auto binary = task(data::TaskKind::kBinary, {"benign", "malignant"});
  EXPECT_THAT(undefined_metrics(*binary, classes_of({1, 1, 1})), ElementsAre("auc", "specificity"));
  EXPECT_THAT(undefined_reasons(*binary, classes_of({1, 1, 1})),
              ElementsAre("no sample is of the class benign, all 3 are of malignant: auc and specificity are undefined"));
  EXPECT_THAT(undefined_metrics(*binary, classes_of({0})), ElementsAre("auc", "sensitivity"));
  EXPECT_THAT(undefined_reasons(*binary, classes_of({0})),
              ElementsAre("no sample is of the class malignant, the only one is of benign: auc and sensitivity are undefined"));
  EXPECT_THAT(undefined_metrics(*binary, classes_of({0, 1})), IsEmpty());
  EXPECT_THAT(undefined_reasons(*binary, classes_of({0, 1})), IsEmpty());
}

TEST(Undefined, SeveralClassesHaveMeansOverThoseThatAreThere) {
  const auto multiclass = task(data::TaskKind::kMulticlass, {"a", "b", "c", "d"});
  EXPECT_THAT(undefined_metrics(*multiclass, classes_of({1, 3})), IsEmpty());
  EXPECT_THAT(undefined_reasons(*multiclass, classes_of({1, 3})),
              ElementsAre("no sample is of the classes a and c: auc and sensitivity are means over the other 2 classes"));
  EXPECT_THAT(undefined_metrics(*multiclass, classes_of({2, 2})), ElementsAre("auc"));
  EXPECT_THAT(undefined_reasons(*multiclass, classes_of({2, 2})),
              ElementsAre("no sample is of the classes a, b and d, all 2 are of c: auc is undefined"));
}

TEST(Undefined, ALabelNeedsPositivesAndNegatives) {
  const auto labels = task(data::TaskKind::kMultilabel, {"x", "y", "z"});
  const at::Tensor targets = at::tensor({0.0F, 1.0F, 0.0F, 0.0F, 1.0F, 1.0F}).reshape({2, 3});
  EXPECT_THAT(undefined_metrics(*labels, targets), ElementsAre("auc.x", "auc.y"));
  EXPECT_THAT(undefined_reasons(*labels, targets),
              ElementsAre("no positive sample of the label x: auc and sensitivity are undefined there, and the means leave them out",
                          "no negative sample of the label y: auc and specificity are undefined there, and the means leave them out"));
  EXPECT_THAT(undefined_reasons(*labels, at::zeros({4, 3})),
              ElementsAre("no positive sample of the labels x, y and z: auc and sensitivity are undefined"));
}

TEST(Undefined, AValueNeedsToVary) {
  const auto one = task(data::TaskKind::kRegression, {"age"});
  EXPECT_THAT(undefined_metrics(*one, at::ones({5, 1})), ElementsAre("r2"));
  EXPECT_THAT(undefined_reasons(*one, at::ones({5, 1})),
              ElementsAre("the target age has the same value in all 5 samples: r2 is undefined"));
  const auto two = task(data::TaskKind::kRegression, {"age", "weight"});
  const at::Tensor targets = at::tensor({1.0F, 70.0F, 1.0F, 80.0F}).reshape({2, 2});
  EXPECT_THAT(undefined_metrics(*two, targets), ElementsAre("r2.age"));
  EXPECT_THAT(undefined_reasons(*two, targets),
              ElementsAre("the target age has the same value in all 2 samples: r2 is undefined there, and the mean leaves it out"));
}

TEST(Undefined, ManyNamesAreCounted) {
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}), "a, b, c, d, e, f, g, h and 2 more");
}

}  // namespace
}  // namespace galen::trainer
