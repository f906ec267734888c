#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace galen::trainer {
namespace {

using models::OutputForm;

constexpr std::int64_t kSamples = 7;
const std::vector<std::string> kTwo = {"benign", "malignant"};
const std::vector<std::string> kThree = {"a", "b", "c"};

at::Tensor outputs(std::int64_t columns) {
  const at::Tensor i = at::arange(kSamples, at::kDouble).unsqueeze(1);
  const at::Tensor k = at::arange(columns, at::kDouble).unsqueeze(0);
  return i.mul(5).add(k.mul(7)).add(1).sin().mul(3).to(at::kFloat).set_requires_grad(true);
}
at::Tensor classes(std::int64_t count) { return at::arange(kSamples, at::kLong).remainder(count); }
at::Tensor labels() { return at::arange(kSamples, at::kLong).unsqueeze(1).add(at::arange(3, at::kLong)).remainder(2).to(at::kFloat); }
// The same; NaN, where sample and label are so, for one that is not known.
at::Tensor known_labels() {
  const at::Tensor place = at::arange(kSamples, at::kLong).mul(2).unsqueeze(1).add(at::arange(3, at::kLong));
  return labels().masked_fill(place.remainder(5).eq(0), NAN);
}
at::Tensor values() { return at::arange(2 * kSamples, at::kFloat).reshape({kSamples, 2}).div(4); }

// A figure of make_losses_reference.py: PyTorch's mean loss, and the gradient of the first three outputs.
struct Reference {
  double loss;
  std::array<double, 3> gradient;
};

// `read`: what stands between the leaf that gradients are taken of and the model's outputs.
void expect_matches(const Task& task, const at::Tensor& leaf, const at::Tensor& read, const at::Tensor& targets,
                    const Reference& reference) {
  const at::Tensor loss = task.loss(read, targets).div(task.weight(targets));
  EXPECT_NEAR(loss.item<double>(), reference.loss, 2e-6);
  loss.backward();
  const at::Tensor gradient = leaf.grad().flatten();
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_NEAR(gradient[i].item<double>(), reference.gradient[static_cast<std::size_t>(i)], 2e-6) << i;
}

TEST(Losses, BinaryIsPyTorchs) {
  const at::Tensor x = outputs(1);
  expect_matches(*make_task({.kind = data::TaskKind::kBinary}, kTwo, OutputForm::kLogits), x, x, classes(2),
                 {1.14406645, {0.13226224, -0.09972797, 0.00677531}});
}

TEST(Losses, BinaryWeighsClassesAsPyTorch) {
  const at::Tensor x = outputs(1);
  expect_matches(*make_task({data::TaskKind::kBinary, "0.5, 3"}, kTwo, OutputForm::kLogits), x, x, classes(2),
                 {0.93443257, {0.04208344, -0.19038977, 0.00215578}});
  const at::Tensor y = outputs(1);
  expect_matches(*make_task({data::TaskKind::kBinary, "0.5, 3"}, kTwo, OutputForm::kProbabilities), y, y.sigmoid(), classes(2),
                 {0.93443257, {0.04208344, -0.19038977, 0.00215578}});
}

TEST(Losses, BinaryTakesProbabilities) {
  const at::Tensor x = outputs(1);
  expect_matches(*make_task({.kind = data::TaskKind::kBinary}, kTwo, OutputForm::kProbabilities), x, x.sigmoid(), classes(2),
                 {1.14406669, {0.13226223, -0.09972797, 0.00677531}});
}

TEST(Losses, MulticlassIsPyTorchs) {
  const at::Tensor x = outputs(3);
  expect_matches(*make_task({.kind = data::TaskKind::kMulticlass}, kThree, OutputForm::kLogits), x, x, classes(3),
                 {1.51416552, {-0.09709784, 0.07131147, 0.02578636}});
}

TEST(Losses, MulticlassWeighsClassesAsPyTorch) {
  const at::Tensor x = outputs(3);
  expect_matches(*make_task({data::TaskKind::kMulticlass, "0.5 1 4"}, kThree, OutputForm::kLogits), x, x, classes(3),
                 {1.11690724, {-0.02955152, 0.02170349, 0.00784802}});
  const at::Tensor y = outputs(3);
  expect_matches(*make_task({data::TaskKind::kMulticlass, "0.5 1 4"}, kThree, OutputForm::kProbabilities), y, y.softmax(1), classes(3),
                 {1.11690724, {-0.02955152, 0.02170349, 0.00784802}});
}

TEST(Losses, MultilabelIsPyTorchs) {
  const at::Tensor x = outputs(3);
  expect_matches(*make_task({.kind = data::TaskKind::kMultilabel}, kThree, OutputForm::kLogits), x, x, labels(),
                 {1.16219497, {0.04408741, -0.00232806, 0.04169242}});
}

TEST(Losses, MultilabelWeighsPositivesAsPyTorch) {
  const at::Tensor x = outputs(3);
  expect_matches(*make_task({data::TaskKind::kMultilabel, "0.5, 1, 4"}, kThree, OutputForm::kLogits), x, x, labels(),
                 {1.55653322, {0.04408741, -0.00232806, 0.04169242}});
  const at::Tensor y = outputs(3);
  expect_matches(*make_task({data::TaskKind::kMultilabel, "0.5, 1, 4"}, kThree, OutputForm::kProbabilities), y, y.sigmoid(), labels(),
                 {1.55653322, {0.04408741, -0.00232806, 0.04169242}});
}

TEST(Losses, LabelsThatAreNotKnownHaveNeitherLossNorGradient) {
  const at::Tensor x = outputs(3);
  expect_matches(*make_task({.kind = data::TaskKind::kMultilabel}, kThree, OutputForm::kLogits), x, x, known_labels(),
                 {1.12416016, {0, -0.00287583, 0.05150240}});
  const at::Tensor y = outputs(3);
  expect_matches(*make_task({data::TaskKind::kMultilabel, "0.5, 1, 4"}, kThree, OutputForm::kProbabilities), y, y.sigmoid(), known_labels(),
                 {1.61412740, {0, -0.00287583, 0.05150240}});
}

TEST(Losses, OfKnownLabelsAddUpOverAnyCutOfTheBatch) {
  const auto task = make_task({.kind = data::TaskKind::kMultilabel}, kThree, OutputForm::kLogits);
  const at::Tensor x = outputs(3).detach();
  double loss = 0;
  double weight = 0;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    loss += task->loss(x.narrow(0, i, 1), known_labels().narrow(0, i, 1)).item<double>();
    weight += task->weight(known_labels().narrow(0, i, 1));
  }
  EXPECT_DOUBLE_EQ(weight, task->weight(known_labels()));
  EXPECT_NEAR(weight, 17.0 / 3, 1e-6) << "labels that are known, in samples";
  EXPECT_NEAR(loss / weight, 1.12416016, 2e-6);
  EXPECT_EQ(task->weight(labels()), kSamples);
}

TEST(Losses, RegressionIsTheMeanSquaredError) {
  const at::Tensor x = outputs(2);
  expect_matches(*make_task({.kind = data::TaskKind::kRegression}, {"0", "1"}, OutputForm::kLogits), x, x, values(),
                 {6.70081234, {0.36063042, 0.38829643, -0.19117810}});
}

TEST(Losses, RegressionTakesClassNumbersAsValues) {
  const auto task = make_task({.kind = data::TaskKind::kRegression}, {"age"}, OutputForm::kLogits);
  const at::Tensor loss = task->loss(at::full({2, 1}, 40.0F), at::tensor({38, 43}, at::kLong));
  EXPECT_EQ(loss.item<double>(), 4 + 9);
}

TEST(Losses, AddUpOverAnyCutOfTheBatch) {
  const auto task = make_task({data::TaskKind::kMulticlass, "0.5 1 4"}, kThree, OutputForm::kLogits);
  const at::Tensor x = outputs(3).detach();
  double loss = 0;
  double weight = 0;
  for (const auto& [begin, size] : {std::pair(0, 2), std::pair(2, 5)}) {
    loss += task->loss(x.narrow(0, begin, size), classes(3).narrow(0, begin, size)).item<double>();
    weight += task->weight(classes(3).narrow(0, begin, size));
  }
  EXPECT_NEAR(loss, task->loss(x, classes(3)).item<double>(), 1e-5);
  EXPECT_DOUBLE_EQ(weight, task->weight(classes(3)));
  EXPECT_DOUBLE_EQ(weight, 3 * 0.5 + 2 * 1 + 2 * 4);
}

TEST(Losses, ACertainMistakeStaysFinite) {
  const double worst = -std::log(1e-7);  // Keras's margin
  const auto binary = make_task({.kind = data::TaskKind::kBinary}, kTwo, OutputForm::kProbabilities);
  EXPECT_NEAR(binary->loss(at::full({1, 1}, 0.0F), at::full({1}, 1, at::kLong)).item<double>(), worst, 1e-4);
  const auto multiclass = make_task({.kind = data::TaskKind::kMulticlass}, kTwo, OutputForm::kProbabilities);
  EXPECT_NEAR(multiclass->loss(at::tensor({1.0F, 0.0F}).unsqueeze(0), at::full({1}, 1, at::kLong)).item<double>(), worst, 1e-4);
}

TEST(Losses, OfAuxiliaryOutputsCountHalfAndAQuarter) {
  const auto task = make_task({.kind = data::TaskKind::kRegression, .standardize_target = false}, {"age"}, models::OutputForm::kLogits);
  const at::Tensor targets = at::zeros({1, 1});
  const auto of = [](float value) { return at::full({1, 1}, value); };
  EXPECT_EQ(task->loss({of(1), {of(2), of(4)}}, targets).item<double>(), 1 + 4 / 2.0 + 16 / 4.0) << "squares";
}

}  // namespace
}  // namespace galen::trainer
