#include "trainer/tasks/task.h"

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

using data::TaskKind;
using models::OutputForm;

constexpr std::int64_t kRows = 531;

at::Tensor outputs_of_rows(std::int64_t columns) {
  return at::arange(kRows * columns, at::kDouble).mul(1.3).sin().mul(6).reshape({-1, columns});
}
at::Tensor classes_of_rows(std::int64_t count) { return at::arange(kRows, at::kLong).remainder(count); }
at::Tensor labels_of_rows() {
  const at::Tensor place = at::arange(3 * kRows, at::kLong).reshape({kRows, 3});
  return place.remainder(2).to(at::kFloat).masked_fill(place.remainder(5).eq(0), NAN);
}

struct OfKind {
  std::unique_ptr<Task> task;
  at::Tensor outputs, targets;
};

std::vector<OfKind> all_kinds() {
  const std::vector<std::string> three = {"a", "b", "c"};
  std::vector<OfKind> kinds;
  kinds.push_back({make_task({TaskKind::kBinary, "0.5, 3"}, {"no", "yes"}, OutputForm::kLogits), outputs_of_rows(1), classes_of_rows(2)});
  kinds.push_back({make_task({TaskKind::kMulticlass, "0.5 1 4"}, three, OutputForm::kLogits), outputs_of_rows(3), classes_of_rows(3)});
  kinds.push_back({make_task({TaskKind::kMultilabel, "0.5 1 4"}, three, OutputForm::kLogits), outputs_of_rows(3), labels_of_rows()});
  kinds.push_back({make_task({.kind = TaskKind::kRegression, .target_scale = {{50, 1}, {3, 0.1}}}, {"x", "y"}, OutputForm::kLogits),
                   outputs_of_rows(2), outputs_of_rows(2).mul(3).to(at::kFloat)});
  return kinds;
}

TEST(Records, HoldScoresTargetLossAndWeight) {
  const auto task = make_task({TaskKind::kBinary, "1, 3"}, {"no", "yes"}, OutputForm::kLogits);
  ASSERT_EQ(task->record_size(), 4);
  const at::Tensor record = task->records(at::tensor({0.7F}).unsqueeze(1), at::tensor({1}, at::kLong))[0];
  const double p = 1 / (1 + std::exp(-0.7));
  EXPECT_NEAR(record[0].item<double>(), p, 1e-7);
  EXPECT_EQ(record[1].item<double>(), 1);
  EXPECT_NEAR(record[2].item<double>(), -3 * std::log(p), 1e-6);
  EXPECT_EQ(record[3].item<double>(), 3);
}

TEST(Records, OfASampleDoNotDependOnTheOthersOrOnThreads) {
  const int threads = at::get_num_threads();
  for (const OfKind& kind : all_kinds()) {
    const at::Tensor single = kind.outputs.to(at::kFloat);
    at::set_num_threads(1);
    const at::Tensor together = kind.task->records(single, kind.targets);
    at::set_num_threads(3);
    for (const std::int64_t batch : {1, 7, 32, 100}) {
      std::vector<at::Tensor> parts;
      for (std::int64_t begin = 0; begin < kRows; begin += batch) {
        const std::int64_t count = std::min(batch, kRows - begin);
        parts.push_back(kind.task->records(single.narrow(0, begin, count), kind.targets.narrow(0, begin, count)));
      }
      EXPECT_TRUE(at::cat(parts).nan_to_num(-7).equal(together.nan_to_num(-7))) << kind.task->name() << ", batch " << batch;
    }
  }
  at::set_num_threads(threads);
}

TEST(Records, KeepAllDigitsOfDoubleOutputs) {
  for (const OfKind& kind : all_kinds()) {
    const at::Tensor exact = kind.task->records(kind.outputs, kind.targets);
    const at::Tensor rounded = kind.task->records(kind.outputs.to(at::kFloat), kind.targets);
    EXPECT_EQ(kind.task->scores(kind.outputs).scalar_type(), at::kDouble);
    EXPECT_TRUE(exact.allclose(rounded, 1e-4, 1e-5, /*equal_nan=*/true)) << kind.task->name();
    EXPECT_FALSE(exact.select(1, 0).equal(rounded.select(1, 0))) << kind.task->name() << ": scores were rounded";
  }
  const auto binary = make_task({.kind = TaskKind::kBinary}, {"no", "yes"}, OutputForm::kLogits);
  const at::Tensor record = binary->records(at::tensor({-3.25}, at::kDouble).unsqueeze(1), at::tensor({1}, at::kLong))[0];
  EXPECT_NEAR(record[0].item<double>(), 1 / (1 + std::exp(3.25)), 1e-16);
  EXPECT_NEAR(record[2].item<double>(), std::log1p(std::exp(3.25)), 1e-14);
}

TEST(Records, OfTargetsAloneHaveTheirWeights) {
  for (const OfKind& kind : all_kinds()) {
    const at::Tensor whole = kind.task->records(kind.outputs, kind.targets);
    const at::Tensor of_targets = kind.task->records({}, kind.targets);
    const std::int64_t scores = kind.outputs.size(1);
    const std::int64_t targets = kind.task->record_size() - scores - 2;
    EXPECT_EQ(of_targets.narrow(1, 0, scores).abs().sum().item<double>(), 0);
    EXPECT_TRUE(of_targets.narrow(1, scores, targets).allclose(whole.narrow(1, scores, targets), 0, 0, /*equal_nan=*/true));
    EXPECT_TRUE(of_targets.select(1, -1).equal(whole.select(1, -1))) << "weights";
  }
}

TEST(Records, WithoutTargetsHoldScores) {
  for (const OfKind& kind : all_kinds()) {
    const at::Tensor blind = kind.task->records(kind.outputs, {});
    const std::int64_t scores = kind.outputs.size(1);
    EXPECT_TRUE(blind.narrow(1, 0, scores).equal(kind.task->records(kind.outputs, kind.targets).narrow(1, 0, scores)));
    EXPECT_TRUE(blind.narrow(1, scores, blind.size(1) - scores).isnan().all().item<bool>());
  }
}

}  // namespace
}  // namespace galen::trainer
