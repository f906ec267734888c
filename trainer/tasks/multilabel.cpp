#include "trainer/measures/measures.h"
#include "trainer/measures/yes_or_no.h"
#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/gaps.h"
#include "trainer/tasks/probabilities.h"
#include "trainer/tasks/scored_task.h"
#include "trainer/tasks/task_table.h"
#include "trainer/tasks/threshold.h"

#include <ATen/core/Reduction.h>
#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/binary_cross_entropy.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/where.h>

#include <cmath>
#include <utility>

namespace galen::trainer {
namespace {

template <typename Holds>
std::vector<std::uint8_t> where(const at::Tensor& values, Holds holds) {
  const auto value = values.accessor<double, 1>();
  std::vector<std::uint8_t> result;
  for (std::int64_t i = 0; i < value.size(0); ++i) result.push_back(holds(value[i]) ? 1 : 0);
  return result;
}

// For one label, over the samples for which it is known.
SharedCalls calls_of(const at::Tensor& score, const at::Tensor& target) {
  return std::make_shared<Calls>(Calls{where(target, [](double value) { return value > 0.5; }), where(score, is_positive),
                                       where(target, [](double value) { return !std::isnan(value); })});
}

class Multilabel : public ScoredTask {
 public:
  Multilabel(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form)
      : ScoredTask({.name = "multilabel",
                    .names = names,
                    .outputs = static_cast<std::int64_t>(names.size()),
                    .scores = ScoreKind::kProbability,
                    .best_by = "auc"},
                   /*targets=*/static_cast<std::int64_t>(names.size())),
        positive_weights_(weight_tensor(weights)),
        form_(form) {}

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor known = targets.isnan().logical_not();
    return at::where(known, losses_of_labels(outputs, targets.nan_to_num().to(outputs.scalar_type())), 0.0).mean(1);
  }

  // The share of known labels, so that the loss is the mean over all known labels. As in PyTorch, the weights of positives are not part of
  // the divisor of the loss.
  at::Tensor weights(const at::Tensor& targets) const override { return targets.isnan().logical_not().to(at::kFloat).mean(1); }

  at::Tensor scores(const at::Tensor& outputs) const override { return form_ == models::OutputForm::kLogits ? logistic(outputs) : outputs; }

 protected:
  Gaps target_gaps(const at::Tensor& targets) const override { return gaps_of_labels(facts(), targets); }

  std::vector<Measure> figures(const at::Tensor& records) const override {
    const at::Tensor scores = scores_in(records);
    const at::Tensor targets = targets_in(records);
    std::vector<Question> right, found, spared;
    std::vector<std::shared_ptr<const Roc>> curves;
    std::vector<Measure> each;
    for (std::int64_t k = 0; k < outputs(); ++k) {
      const at::Tensor score = scores.select(1, k);
      const SharedCalls calls = calls_of(score, targets.select(1, k));
      right.push_back(is_right(calls));
      found.push_back(is_found(calls));
      spared.push_back(is_spared(calls));
      curves.push_back(std::make_shared<Roc>(score.const_data_ptr<double>(), score.stride(0), calls->truth, calls->known));
      each.push_back(area_measure("auc." + names()[static_cast<std::size_t>(k)], {curves.back()}));
    }
    const std::int64_t samples = targets.size(0);
    std::vector<Measure> metrics = {share_measure("accuracy", right, samples), area_measure("auc", curves),
                                    share_measure("sensitivity", found, samples), share_measure("specificity", spared, samples)};
    for (Measure& one : each) metrics.push_back(std::move(one));
    return metrics;
  }

 private:
  at::Tensor losses_of_labels(const at::Tensor& outputs, const at::Tensor& targets) const {
    const at::Tensor positive = positive_weights_.defined() ? positive_weights_.to(outputs.options()) : at::Tensor();
    if (form_ == models::OutputForm::kLogits)
      return at::binary_cross_entropy_with_logits(outputs, targets, /*weight=*/{}, positive, at::Reduction::None);
    const at::Tensor weight = positive.defined() ? targets.mul(positive.sub(1)).add(1) : at::Tensor();
    const at::Tensor probabilities = outputs.clamp(kProbabilityMargin, 1 - kProbabilityMargin);
    return at::binary_cross_entropy(probabilities, targets, weight, at::Reduction::None);
  }

  at::Tensor positive_weights_;
  models::OutputForm form_;
};

}  // namespace

std::unique_ptr<Task> make_multilabel(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Multilabel>(names, weights, form);
}

}  // namespace galen::trainer
