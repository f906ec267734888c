#include "trainer/tasks/classification.h"
#include "trainer/tasks/counts.h"
#include "trainer/tasks/roc.h"
#include "trainer/tasks/task_table.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/log.h>
#include <ATen/ops/nll_loss.h>
#include <ATen/ops/softmax.h>

#include <utility>

namespace galen::trainer {
namespace {

// One class against the rest, for each class.
std::vector<Roc> one_versus_rest(const at::Tensor& scores, const std::vector<std::int64_t>& truth) {
  std::vector<Roc> curves;
  std::vector<std::uint8_t> positive(truth.size());
  for (std::int64_t c = 0; c < scores.size(1); ++c) {
    for (std::size_t i = 0; i < truth.size(); ++i) positive[i] = truth[i] == c;
    curves.emplace_back(scores.const_data_ptr<float>() + c * scores.stride(1), scores.stride(0), positive);
  }
  return curves;
}

std::vector<Counts> count(const Decisions& decisions, std::size_t classes, std::span<const std::int64_t> multiplicity) {
  std::int64_t samples = 0;
  std::vector<Counts> counts(classes);
  for (std::size_t i = 0; i < multiplicity.size(); ++i) {
    samples += multiplicity[i];
    if (decisions.truth[i] == decisions.predicted[i]) {
      counts[decisions.truth[i]].true_positives += multiplicity[i];
    } else {
      counts[decisions.truth[i]].false_negatives += multiplicity[i];
      counts[decisions.predicted[i]].false_positives += multiplicity[i];
    }
  }
  for (Counts& each : counts) each.true_negatives = samples - each.true_positives - each.false_negatives - each.false_positives;
  return counts;
}

class Multiclass : public Classification {
 public:
  using Classification::Classification;

  std::string name() const override { return "multiclass"; }
  std::int64_t outputs() const override { return static_cast<std::int64_t>(names().size()); }

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor weight = class_weights().defined() ? class_weights().to(outputs.device()) : at::Tensor();
    if (logits()) return at::cross_entropy_loss(outputs, targets, weight, at::Reduction::None);
    const at::Tensor probabilities = outputs.clamp(kProbabilityMargin, 1 - kProbabilityMargin);
    return at::nll_loss(probabilities.log(), targets, weight, at::Reduction::None);
  }

  at::Tensor scores(const at::Tensor& outputs) const override { return logits() ? outputs.softmax(1) : outputs; }

  Scorer metrics(const at::Tensor& scores, const at::Tensor& targets) const override {
    Decisions decisions = decide(scores, targets);
    std::vector<Roc> curves = one_versus_rest(scores, decisions.truth);
    return [decisions = std::move(decisions),
            curves = std::move(curves)](std::span<const std::int64_t> multiplicity) -> std::vector<Metric> {
      const std::vector<Counts> counts = count(decisions, curves.size(), multiplicity);
      double right = 0;
      double samples = 0;
      MeanOfDefined auc, sensitivity, specificity;
      for (std::size_t c = 0; c < curves.size(); ++c) {
        right += static_cast<double>(counts[c].true_positives);
        samples += static_cast<double>(counts[c].true_positives + counts[c].false_negatives);
        auc.add(curves[c].area(multiplicity));
        sensitivity.add(counts[c].sensitivity());
        specificity.add(counts[c].specificity());
      }
      return {
          {"accuracy", right / samples}, {"auc", auc.value()}, {"sensitivity", sensitivity.value()}, {"specificity", specificity.value()}};
    };
  }
};

}  // namespace

std::unique_ptr<Task> make_multiclass(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Multiclass>(std::move(names), weights, form);
}

}  // namespace galen::trainer
