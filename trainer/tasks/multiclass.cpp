#include "trainer/measures/measures.h"
#include "trainer/tasks/classification.h"
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

using SharedDecisions = std::shared_ptr<const Decisions>;

// One class against the rest, for each class.
std::vector<std::shared_ptr<const Roc>> one_versus_rest(const at::Tensor& scores, const Decisions& decisions) {
  std::vector<std::shared_ptr<const Roc>> curves;
  std::vector<std::uint8_t> positive(decisions.truth.size());
  for (std::int64_t c = 0; c < scores.size(1); ++c) {
    for (std::size_t i = 0; i < positive.size(); ++i) positive[i] = decisions.truth[i] == c;
    curves.push_back(std::make_shared<Roc>(scores.const_data_ptr<double>() + c * scores.stride(1), scores.stride(0), positive));
  }
  return curves;
}

Answer answer(bool asked, bool yes) { return !asked ? Answer::kNotAsked : yes ? Answer::kYes : Answer::kNo; }

Question is_right(const SharedDecisions& decisions) {
  return [decisions](std::int64_t sample) {
    const auto i = static_cast<std::size_t>(sample);
    return answer(true, decisions->truth[i] == decisions->predicted[i]);
  };
}

// For samples of a class, or of all other classes: whether they are classified so.
std::vector<Question> for_each_class(const SharedDecisions& decisions, std::int64_t classes, bool of_class) {
  std::vector<Question> questions;
  for (std::int64_t c = 0; c < classes; ++c) {
    questions.emplace_back([decisions, c, of_class](std::int64_t sample) {
      const auto i = static_cast<std::size_t>(sample);
      return answer((decisions->truth[i] == c) == of_class, (decisions->predicted[i] == c) == of_class);
    });
  }
  return questions;
}

class Multiclass : public Classification {
 public:
  Multiclass(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form)
      : Classification({.name = "multiclass",
                        .names = names,
                        .outputs = static_cast<std::int64_t>(names.size()),
                        .exclusive = true,
                        .scores = ScoreKind::kProbability,
                        .best_by = "auc"},
                       weights, form) {}

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor weight = class_weights(outputs);
    if (logits()) return at::cross_entropy_loss(outputs, targets, weight, at::Reduction::None);
    const at::Tensor probabilities = outputs.clamp(kProbabilityMargin, 1 - kProbabilityMargin);
    return at::nll_loss(probabilities.log(), targets, weight, at::Reduction::None);
  }

  at::Tensor scores(const at::Tensor& outputs) const override { return logits() ? outputs.softmax(1) : outputs; }

 protected:
  std::vector<Measure> figures(const at::Tensor& records) const override {
    const auto decisions = std::make_shared<const Decisions>(decisions_in(records));
    const std::int64_t samples = records.size(0);
    return {share_measure("accuracy", {is_right(decisions)}, samples), area_measure("auc", one_versus_rest(scores_in(records), *decisions)),
            share_measure("sensitivity", for_each_class(decisions, outputs(), true), samples),
            share_measure("specificity", for_each_class(decisions, outputs(), false), samples)};
  }
};

}  // namespace

std::unique_ptr<Task> make_multiclass(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Multiclass>(names, weights, form);
}

}  // namespace galen::trainer
