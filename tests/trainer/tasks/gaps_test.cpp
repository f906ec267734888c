#include "trainer/tasks/gaps.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace galen::trainer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<Task> task(data::TaskKind kind, const std::vector<std::string>& names) {
  return make_task({.kind = kind}, names, models::OutputForm::kLogits);
}

std::vector<std::string> undefined_reasons(const Task& task, const at::Tensor& targets) {
  return task.gaps(task.records({}, targets)).undefined;
}

at::Tensor classes_of(const std::vector<std::int64_t>& numbers) { return at::tensor(numbers, at::kLong); }

TEST(Gaps, ABinaryTaskNeedsBothClasses) {
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

TEST(Gaps, SeveralClassesHaveMeansOverThoseThatAreThere) {
  const auto multiclass = task(data::TaskKind::kMulticlass, {"a", "b", "c", "d"});
  EXPECT_THAT(undefined_metrics(*multiclass, classes_of({1, 3})), IsEmpty());
  EXPECT_THAT(undefined_reasons(*multiclass, classes_of({1, 3})),
              ElementsAre("no sample is of the classes a and c: auc and sensitivity are means over the other 2 classes"));
  EXPECT_THAT(undefined_metrics(*multiclass, classes_of({2, 2})), ElementsAre("auc"));
  EXPECT_THAT(undefined_reasons(*multiclass, classes_of({2, 2})),
              ElementsAre("no sample is of the classes a, b and d, all 2 are of c: auc is undefined"));
}

TEST(Gaps, ALabelNeedsPositivesAndNegatives) {
  const auto labels = task(data::TaskKind::kMultilabel, {"x", "y", "z"});
  const at::Tensor targets = at::tensor({0.0F, 1.0F, 0.0F, 0.0F, 1.0F, 1.0F}).reshape({2, 3});
  EXPECT_THAT(undefined_metrics(*labels, targets), ElementsAre("auc.x", "auc.y"));
  EXPECT_THAT(undefined_reasons(*labels, targets),
              ElementsAre("no positive sample of the label x: auc and sensitivity are undefined there, and the means leave them out",
                          "no negative sample of the label y: auc and specificity are undefined there, and the means leave them out"));
  EXPECT_THAT(undefined_reasons(*labels, at::zeros({4, 3})),
              ElementsAre("no positive sample of the labels x, y and z: auc and sensitivity are undefined"));
}

TEST(Gaps, AValueNeedsToVary) {
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

TEST(Gaps, AClassThatIsNeverPredictedLeavesItsPredictiveValueOpen) {
  const auto binary = task(data::TaskKind::kBinary, {"benign", "malignant"});
  const auto unanswered = [&](const std::vector<float>& logits) {
    return binary->gaps(binary->records(at::tensor(logits).unsqueeze(1), classes_of({0, 1}))).unanswered;
  };
  EXPECT_THAT(unanswered({-1, 1}), IsEmpty());
  EXPECT_THAT(unanswered({-1, -2}), ElementsAre("no sample is predicted to be malignant: ppv is undefined"));
  EXPECT_THAT(unanswered({0, 1}), ElementsAre("no sample is predicted to be benign: npv is undefined"));
  EXPECT_THAT(unanswered({NAN, 1}), ElementsAre("figures are undefined, as the model's outputs are not finite"));
}

TEST(Gaps, WhatIsTheSameInAllSamplesCannotBeLearnt) {
  const auto gaps = [](const Task& task, const at::Tensor& targets) { return task.gaps(task.records({}, targets)); };
  const auto multiclass = task(data::TaskKind::kMulticlass, {"a", "b", "c"});
  EXPECT_EQ(gaps(*multiclass, classes_of({1, 1})).constant, "the class is b");
  EXPECT_THAT(gaps(*multiclass, classes_of({1, 0})).unlearnable,
              ElementsAre("there are no samples of the class c, so a model cannot learn to predict it"));
  EXPECT_EQ(gaps(*multiclass, classes_of({1, 0})).constant, "");
  EXPECT_EQ(gaps(*task(data::TaskKind::kMultilabel, {"x", "y"}), at::ones({2, 2})).constant, "every label is the same");
  EXPECT_EQ(gaps(*task(data::TaskKind::kRegression, {"age"}), at::ones({2, 1})).constant, "the target is the same");
}

TEST(Gaps, ManyNamesAreCounted) {
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}), "a, b, c, d, e, f, g, h and 2 more");
}

}  // namespace
}  // namespace galen::trainer
