#include "trainer/evaluation/report_measures.h"

#include "trainer/measures/measures.h"
#include "trainer/measures/statistics/predictive_values.h"
#include "trainer/measures/yes_or_no.h"
#include "trainer/tasks/classification.h"

#include <utility>

namespace galen::trainer {
namespace {

constexpr const char* kPpvThere = "ppv_at_prevalence";
constexpr const char* kNpvThere = "npv_at_prevalence";

Addends as_addends(const at::Tensor& values, std::int64_t samples) {
  if (!values.defined()) return nullptr;
  const float* value = values.const_data_ptr<float>();
  return addends(samples, [value](std::int64_t sample) { return value[sample]; });
}

// Summed in f64 and in sample order, for the same bits on any number of threads.
Measure loss(const Task& task, const Predictions& predictions) {
  const std::int64_t samples = predictions.index.size(0);
  const at::Tensor losses = task.losses(predictions.outputs, predictions.targets).contiguous();
  const at::Tensor weights = task.weights(predictions.targets);
  return formula_measure("loss", {samples, {as_addends(losses, samples), as_addends(weights, samples)}, [](std::span<const double> sums) {
                                    return sums[0] / sums[1];
                                  }});
}

std::vector<Measure> values_at(double prevalence, const at::Tensor& scores, const at::Tensor& targets) {
  const Decisions decisions = decide(scores, targets);
  const auto calls = std::make_shared<const Calls>(
      Calls{{decisions.truth.begin(), decisions.truth.end()}, {decisions.predicted.begin(), decisions.predicted.end()}});
  const auto there = [calls, prevalence](const Patients& patients) {
    return PredictiveValues(ClusteredShare(is_found(calls), patients), ClusteredShare(is_spared(calls), patients), prevalence);
  };
  std::vector<std::int64_t> alone(static_cast<std::size_t>(calls->samples()));
  const PredictiveValues plain = there(Patients(alone));
  return {{kPpvThere, plain.positive.value, [there](const Patients& patients, Method) { return there(patients).positive.interval; }},
          {kNpvThere, plain.negative.value, [there](const Patients& patients, Method) { return there(patients).negative.interval; }}};
}

}  // namespace

std::vector<Measure> measures_of(const Task& task, const Predictions& predictions, const at::Tensor& scores, const ReportOptions& options) {
  std::vector<Measure> measures;
  const auto append = [&](std::vector<Measure> more) {
    for (Measure& measure : more) measures.push_back(std::move(measure));
  };
  if (!task.loss_is_a_metric()) measures.push_back(loss(task, predictions));
  append(task.metrics(scores, predictions.targets));
  if (options.further) append(task.further_measures(scores, predictions.targets));
  if (options.prevalence) append(values_at(*options.prevalence, scores, predictions.targets));
  return measures;
}

}  // namespace galen::trainer
