#include "trainer/measures/measures.h"
#include "trainer/measures/statistics/predictive_values.h"
#include "trainer/measures/yes_or_no.h"
#include "trainer/tasks/classification.h"
#include "trainer/tasks/probabilities.h"
#include "trainer/tasks/task_table.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/binary_cross_entropy.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/index_select.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace galen::trainer {
namespace {

// Metrics if the positive class has another share than among the samples.
std::vector<Measure> values_at(double prevalence, const SharedCalls& calls) {
  const auto there = [calls, prevalence](const Patients& patients) {
    return PredictiveValues(ClusteredShare(is_found(calls), patients), ClusteredShare(is_spared(calls), patients), prevalence);
  };
  std::vector<std::int64_t> alone(static_cast<std::size_t>(calls->samples()));
  const PredictiveValues plain = there(Patients(alone));
  return {
      {"ppv_at_prevalence", plain.positive.value, [there](const Patients& patients, Method) { return there(patients).positive.interval; }},
      {"npv_at_prevalence", plain.negative.value, [there](const Patients& patients, Method) { return there(patients).negative.interval; }}};
}

class Binary : public Classification {
 public:
  Binary(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form)
      : Classification({.name = "binary",
                        .names = names,
                        .outputs = 1,
                        .exclusive = true,
                        .positive = 1,
                        .scores = ScoreKind::kProbability,
                        .score_names = {names.back()},
                        .best_by = "auc"},
                       weights, form) {}

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor output = outputs.squeeze(1);
    const at::Tensor truth = targets.to(outputs.scalar_type());
    const at::Tensor of_classes = class_weights(outputs);
    const at::Tensor weight = of_classes.defined() ? of_classes.index_select(0, targets) : at::Tensor();
    if (logits()) return at::binary_cross_entropy_with_logits(output, truth, weight, /*pos_weight=*/{}, at::Reduction::None);
    return at::binary_cross_entropy(output.clamp(kProbabilityMargin, 1 - kProbabilityMargin), truth, weight, at::Reduction::None);
  }

  at::Tensor scores(const at::Tensor& outputs) const override { return logits() ? logistic(outputs) : outputs; }

  std::vector<Measure> further_measures(const at::Tensor& records, std::optional<double> prevalence) const override {
    const SharedCalls calls = calls_of(records);
    const std::int64_t samples = calls->samples();
    std::vector<Measure> measures = {share_measure("ppv", {is_rightly_called(calls)}, samples),
                                     share_measure("npv", {is_rightly_spared(calls)}, samples),
                                     share_measure("balanced_accuracy", {is_found(calls), is_spared(calls)}, samples),
                                     average_precision_measure("average_precision", curve_of(records, *calls))};
    const auto append = [&](std::vector<Measure> more) { std::move(more.begin(), more.end(), std::back_inserter(measures)); };
    append(agreement_measures(*calls));
    append(brier_measures(*calls, records.const_data_ptr<double>(), records.stride(0)));
    if (prevalence) append(values_at(*prevalence, calls));
    return measures;
  }

  // If a class is never predicted, its predictive value is unknown.
  Gaps gaps(const at::Tensor& records) const override {
    Gaps gaps = Classification::gaps(records);
    if (!gaps.unanswered.empty()) return gaps;
    const std::vector<std::int64_t> predicted = decisions_in(records).predicted;
    for (const auto& [number, value] : {std::pair(0, "npv"), std::pair(1, "ppv")}) {
      if (std::find(predicted.begin(), predicted.end(), number) != predicted.end()) continue;
      gaps.unanswered.push_back(
          fmt::format("no sample is predicted to be {}: {} is undefined", names()[static_cast<std::size_t>(number)], value));
    }
    return gaps;
  }

 protected:
  std::vector<Measure> figures(const at::Tensor& records) const override {
    const SharedCalls calls = calls_of(records);
    const std::int64_t samples = calls->samples();
    return {share_measure("accuracy", {is_right(calls)}, samples), area_measure("auc", {curve_of(records, *calls)}),
            share_measure("sensitivity", {is_found(calls)}, samples), share_measure("specificity", {is_spared(calls)}, samples)};
  }

 private:
  SharedCalls calls_of(const at::Tensor& records) const {
    const Decisions decisions = decisions_in(records);
    return std::make_shared<Calls>(
        Calls{{decisions.truth.begin(), decisions.truth.end()}, {decisions.predicted.begin(), decisions.predicted.end()}});
  }

  static std::shared_ptr<const Roc> curve_of(const at::Tensor& records, const Calls& calls) {
    return std::make_shared<Roc>(records.const_data_ptr<double>(), records.stride(0), calls.truth);
  }
};

}  // namespace

std::unique_ptr<Task> make_binary(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Binary>(names, weights, form);
}

}  // namespace galen::trainer
