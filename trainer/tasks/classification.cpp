#include "trainer/tasks/classification.h"

#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/gaps.h"
#include "trainer/tasks/threshold.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

namespace galen::trainer {

Classification::Classification(TaskFacts facts, const std::vector<double>& weights, models::OutputForm form)
    : ScoredTask(std::move(facts), /*targets=*/1), class_weights_(weight_tensor(weights)), form_(form) {}

at::Tensor Classification::weights(const at::Tensor& targets) const {
  return class_weights_.defined() ? class_weights_.to(targets.device()).index_select(0, targets) : at::Tensor();
}

at::Tensor Classification::class_weights(const at::Tensor& like) const {
  return class_weights_.defined() ? class_weights_.to(like.options()) : at::Tensor();
}

at::Tensor Classification::decisions(const at::Tensor& scores) const {
  return scores.size(1) == 1 ? scores.select(1, 0).ge(kThreshold).to(at::kLong) : scores.argmax(1);
}

Decisions Classification::decisions_in(const at::Tensor& records) const {
  const at::Tensor classes = targets_in(records);
  const at::Tensor chosen = decisions(scores_in(records));
  const auto target = classes.accessor<double, 2>();
  const auto predicted = chosen.accessor<std::int64_t, 1>();
  const auto count = static_cast<std::int64_t>(names().size());
  Decisions decisions;
  for (std::int64_t i = 0; i < predicted.size(0); ++i) {
    TORCH_CHECK(target[i][0] >= 0 && target[i][0] < static_cast<double>(count), "a target is ", target[i][0], " of ", count, " classes");
    decisions.truth.push_back(static_cast<std::int64_t>(target[i][0]));
    decisions.predicted.push_back(predicted[i]);
  }
  return decisions;
}

at::Tensor Classification::confusion(const at::Tensor& records) const {
  const Decisions decisions = decisions_in(records);
  const auto classes = static_cast<std::int64_t>(names().size());
  at::Tensor matrix = at::zeros({classes, classes}, at::kLong);
  auto cell = matrix.accessor<std::int64_t, 2>();
  for (std::size_t i = 0; i < decisions.truth.size(); ++i) ++cell[decisions.truth[i]][decisions.predicted[i]];
  return matrix;
}

Gaps Classification::target_gaps(const at::Tensor& targets) const { return gaps_of_classes(facts(), targets); }

}  // namespace galen::trainer
