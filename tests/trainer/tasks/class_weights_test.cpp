#include "trainer/tasks/class_weights.h"

#include "galen/error.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kNames = {"benign", "malignant"};

std::string complaint(const std::string& text) {
  try {
    parse_class_weights(text, kNames);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ClassWeights, AreReadWithCommasOrSpaces) {
  EXPECT_THAT(parse_class_weights("1, 4", kNames), ElementsAre(1, 4));
  EXPECT_THAT(parse_class_weights(" 0.5 2e1 ", kNames), ElementsAre(0.5, 20));
  EXPECT_THAT(parse_class_weights("", kNames), IsEmpty());
}

TEST(ClassWeights, ThatAreInvalidAreRefused) {
  for (const char* text : {"1", "1, 2, 3", "1, x", "1, -2", "1, 0", "1, nan", "1, inf", "1, 2kg", "balance"}) {
    EXPECT_THAT(complaint(text), HasSubstr("2 positive numbers, one for each of benign, malignant")) << text;
    EXPECT_THAT(complaint(text), HasSubstr(text));
  }
}

TEST(ClassWeights, CanBeWrittenAndRead) {
  const std::vector<double> weights = {1.0 / 3.0, 1234567.891};
  EXPECT_EQ(parse_class_weights(format_class_weights(weights), kNames), weights);
}

TEST(ClassWeights, BalancedIsScikitLearns) {
  // compute_class_weight("balanced"): 8 / (2 · 6), 8 / (2 · 2)
  EXPECT_THAT(balanced_class_weights(at::tensor({0, 0, 1, 0, 0, 1, 0, 0}, at::kLong), kNames), ElementsAre(8.0 / 12, 2));
}

TEST(ClassWeights, BalancedLabelsMakePositivesWorthTheNegatives) {
  const at::Tensor targets = at::tensor({1.0F, 0.0F, 1.0F, 1.0F, 1.0F, 0.0F, 0.0F, 0.0F}).reshape({4, 2});
  EXPECT_THAT(balanced_label_weights(targets, kNames), ElementsAre(1.0 / 3, 3));
}

TEST(ClassWeights, BalancedLabelsCountThoseThatAreKnown) {
  const at::Tensor targets = at::tensor({1.0F, 0.0F, NAN, 1.0F, 0.0F, NAN, 0.0F, NAN}).reshape({4, 2});
  EXPECT_THAT(balanced_label_weights(targets, kNames), ElementsAre(2, 1));
}

TEST(ClassWeights, CannotBeBalancedWithoutASample) {
  EXPECT_THROW(balanced_class_weights(at::tensor({0, 0}, at::kLong), kNames), Error);
  EXPECT_THROW(balanced_label_weights(at::tensor({0.0F, 1.0F}).reshape({1, 2}), kNames), Error);
}

}  // namespace
}  // namespace galen::trainer
