#include "trainer/tasks/classification.h"

#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/threshold.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

namespace galen::trainer {

Decisions decide(const at::Tensor& scores, const at::Tensor& targets) {
  const auto score = scores.accessor<float, 2>();
  const auto target = targets.accessor<std::int64_t, 1>();
  const std::int64_t classes = std::max<std::int64_t>(score.size(1), 2);
  Decisions decisions;
  for (std::int64_t i = 0; i < target.size(0); ++i) {
    TORCH_CHECK(target[i] >= 0 && target[i] < classes, "a target is ", target[i], " of ", classes, " classes");
    std::int64_t largest = 0;
    if (score.size(1) == 1) {
      largest = is_positive(score[i][0]) ? 1 : 0;
    } else {
      for (std::int64_t c = 1; c < classes; ++c) {
        if (score[i][c] > score[i][largest]) largest = c;
      }
    }
    decisions.truth.push_back(target[i]);
    decisions.predicted.push_back(largest);
  }
  return decisions;
}

Classification::Classification(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form)
    : Task(std::move(names)), class_weights_(weight_tensor(weights)), form_(form) {}

at::Tensor Classification::weights(const at::Tensor& targets) const {
  return class_weights_.defined() ? class_weights_.to(targets.device()).index_select(0, targets) : at::Tensor();
}

at::Tensor Classification::confusion(const at::Tensor& scores, const at::Tensor& targets) const {
  const Decisions decisions = decide(scores, targets);
  const auto classes = static_cast<std::int64_t>(names().size());
  at::Tensor matrix = at::zeros({classes, classes}, at::kLong);
  auto cell = matrix.accessor<std::int64_t, 2>();
  for (std::size_t i = 0; i < decisions.truth.size(); ++i) ++cell[decisions.truth[i]][decisions.predicted[i]];
  return matrix;
}

}  // namespace galen::trainer
