#include "trainer/evaluation/report.h"

#include "galen/error.h"
#include "trainer/evaluation/report_intervals.h"
#include "trainer/evaluation/report_measures.h"
#include "trainer/tasks/undefined.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

Patients patients_of(const Predictions& predictions, const data::Dataset& dataset) {
  std::vector<std::int64_t> result;
  const auto index = predictions.index.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < index.size(0); ++i) result.push_back(dataset.groups().at(static_cast<std::size_t>(index[i])));
  return Patients(result);
}

// Which class of two is never predicted, so that nothing is known of how often that would be right.
std::vector<std::string> never_predicted(const Report& report) {
  std::vector<std::string> notes;
  if (report.positive_class.empty()) return notes;
  const auto cell = report.confusion.accessor<std::int64_t, 2>();
  for (std::int64_t c = 0; c < 2; ++c) {
    if (cell[0][c] + cell[1][c] > 0) continue;
    notes.push_back(fmt::format("no sample is predicted to be {}: {} is undefined.", report.class_names[static_cast<std::size_t>(c)],
                                c == 1 ? "ppv" : "npv"));
  }
  return notes;
}

std::vector<std::string> notes_on(const Report& report, const Task& task, const Predictions& predictions, const at::Tensor& scores,
                                  const std::vector<Measure>& measures) {
  std::vector<std::string> notes;
  for (const std::string& reason : undefined_reasons(task, predictions.targets)) notes.push_back(reason + ".");
  const auto undefined = [](const Measure& measure) { return !std::isfinite(measure.value); };
  if (std::none_of(measures.begin(), measures.end(), undefined)) return notes;
  if (!scores.isfinite().all().item<bool>()) {
    if (notes.empty()) notes.push_back("figures are undefined, as the model's outputs are not finite.");
  } else if (std::any_of(measures.begin(), measures.end(), [](const Measure& measure) { return measure.name == "ppv"; })) {
    for (std::string& note : never_predicted(report)) notes.push_back(std::move(note));
  }
  return notes;
}

void check(const ReportOptions& options, const Task& task) {
  if (!options.prevalence) return;
  if (task.name() != "binary") {
    throw UsageError("prevalence = {}: the task is {}. Predictive values at another prevalence are for two classes.", *options.prevalence,
                     task.name());
  }
  if (!(*options.prevalence > 0 && *options.prevalence < 1)) {
    throw UsageError("prevalence = {}: expected a share between 0 and 1, such as 0.02.", *options.prevalence);
  }
}

}  // namespace

ReportOptions metrics_alone() { return {.intervals = {.resamples = 0}, .further = false}; }

double Report::value(const std::string& metric) const {
  std::vector<std::string> known;
  for (const Estimate& estimate : metrics) {
    if (estimate.name == metric) return estimate.value;
    known.push_back(estimate.name);
  }
  throw UsageError("no metric is named {} here; there are {}", metric,
                   known.empty() ? "none, for want of samples" : fmt::format("{}", fmt::join(known, ", ")));
}

Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const ReportOptions& options,
                   comm::Communicator& communicator) {
  const at::NoGradGuard no_gradients;
  check(options, task);
  Report report;
  report.class_names = task.names();
  if (task.name() == "binary") report.positive_class = task.names().back();
  report.samples = predictions.index.size(0);
  if (report.samples == 0) return report;
  if (!predictions.targets.defined()) {
    throw Error("{}: there are no targets to compare the predictions with; name their dataset with data.target, or use galen predict",
                dataset.file());
  }

  const at::Tensor scores = task.scores(predictions.outputs).contiguous();
  const std::vector<Measure> measures = measures_of(task, predictions, scores, options);
  const Patients patients = patients_of(predictions, dataset);
  report.patients = dataset.knows_patients() ? std::optional(patients.count()) : std::nullopt;
  report.prevalence = options.prevalence;
  report.confusion = task.confusion(scores, predictions.targets);
  report.notes = notes_on(report, task, predictions, scores, measures);
  add_estimates(report, measures, patients, options.intervals, communicator);
  return report;
}

}  // namespace galen::trainer
