#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/counts.h"
#include "trainer/tasks/roc.h"
#include "trainer/tasks/task_table.h"

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
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/where.h>

#include <cmath>
#include <utility>

namespace galen::trainer {
namespace {

// One label's questions and answers, over the samples whose label is known.
struct Label {
  Label(std::string label_name, const at::Tensor& score, const at::Tensor& target)
      : name(std::move(label_name)),
        known(not_nan(target)),
        truth(above_half(target)),
        predicted(above_half(score)),
        roc(score.const_data_ptr<float>(), score.stride(0), truth, known) {}

  static std::vector<std::uint8_t> not_nan(const at::Tensor& values) {
    const auto value = values.accessor<float, 1>();
    std::vector<std::uint8_t> result;
    for (std::int64_t i = 0; i < value.size(0); ++i) result.push_back(!std::isnan(value[i]));
    return result;
  }

  static std::vector<std::uint8_t> above_half(const at::Tensor& values) {
    const auto value = values.accessor<float, 1>();
    std::vector<std::uint8_t> result;
    for (std::int64_t i = 0; i < value.size(0); ++i) result.push_back(value[i] > 0.5F);
    return result;
  }

  std::string name;
  std::vector<std::uint8_t> known;
  std::vector<std::uint8_t> truth;
  std::vector<std::uint8_t> predicted;
  Roc roc;
};

class Multilabel : public Task {
 public:
  Multilabel(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form)
      : Task(std::move(names)), positive_weights_(weight_tensor(weights)), form_(form) {}

  std::string name() const override { return "multilabel"; }
  std::int64_t outputs() const override { return static_cast<std::int64_t>(names().size()); }
  bool exclusive() const override { return false; }

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor known = targets.isnan().logical_not();
    return at::where(known, losses_of_labels(outputs, targets.nan_to_num()), 0.0).mean(1);
  }

  // The share of labels that are known, so that the loss is the mean over all known labels. As in PyTorch, the weights of positives do not
  // enter what the loss is divided by.
  at::Tensor weights(const at::Tensor& targets) const override { return targets.isnan().logical_not().to(at::kFloat).mean(1); }

  at::Tensor scores(const at::Tensor& outputs) const override { return form_ == models::OutputForm::kLogits ? outputs.sigmoid() : outputs; }

  Scorer metrics(const at::Tensor& scores, const at::Tensor& targets) const override {
    std::vector<Label> labels;
    for (std::int64_t k = 0; k < outputs(); ++k) {
      labels.emplace_back(names()[static_cast<std::size_t>(k)], scores.select(1, k), targets.select(1, k));
    }
    return [labels = std::move(labels)](std::span<const std::int64_t> multiplicity) {
      MeanOfDefined accuracy, auc, sensitivity, specificity;
      std::vector<Metric> each;
      for (const Label& label : labels) {
        Counts counts;
        for (std::size_t i = 0; i < multiplicity.size(); ++i) {
          if (label.known[i]) counts.add(label.truth[i], label.predicted[i], multiplicity[i]);
        }
        each.push_back({"auc." + label.name, label.roc.area(multiplicity)});
        accuracy.add(counts.accuracy());
        auc.add(each.back().value);
        sensitivity.add(counts.sensitivity());
        specificity.add(counts.specificity());
      }
      std::vector<Metric> metrics = {
          {"accuracy", accuracy.value()}, {"auc", auc.value()}, {"sensitivity", sensitivity.value()}, {"specificity", specificity.value()}};
      metrics.insert(metrics.end(), each.begin(), each.end());
      return metrics;
    };
  }

  at::Tensor confusion(const at::Tensor&, const at::Tensor&) const override { return {}; }

 private:
  at::Tensor losses_of_labels(const at::Tensor& outputs, const at::Tensor& targets) const {
    const at::Tensor positive = positive_weights_.defined() ? positive_weights_.to(outputs.device()) : at::Tensor();
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

std::unique_ptr<Task> make_multilabel(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Multilabel>(std::move(names), weights, form);
}

}  // namespace galen::trainer
