#include "trainer/evaluation/report.h"

#include "galen/error.h"
#include "trainer/evaluation/report_intervals.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/core/grad_mode.h>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::trainer {
namespace {

Patients patients_of(const Predictions& predictions, const data::Dataset& dataset) {
  std::vector<std::int64_t> result;
  const auto index = predictions.index.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < index.size(0); ++i) result.push_back(dataset.groups().at(static_cast<std::size_t>(index[i])));
  return Patients(result);
}

std::vector<Measure> measures_of(const Task& task, const at::Tensor& records, const ReportOptions& options) {
  std::vector<Measure> measures = task.metrics(records);
  if (!options.further) return measures;
  for (Measure& measure : task.further_measures(records, options.prevalence)) measures.push_back(std::move(measure));
  return measures;
}

std::vector<std::string> notes_on(const Gaps& gaps, const std::vector<Measure>& measures) {
  std::vector<std::string> notes;
  for (const std::string& reason : gaps.undefined) notes.push_back(reason + ".");
  if (std::all_of(measures.begin(), measures.end(), [](const Measure& measure) { return std::isfinite(measure.value); })) return notes;
  for (const std::string& reason : gaps.unanswered) notes.push_back(reason + ".");
  return notes;
}

void check(const ReportOptions& options, const Task& task) {
  if (!options.prevalence) return;
  if (!task.facts().positive) {
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
  throw UsageError("there is no metric {}; the metrics are {}", metric,
                   known.empty() ? "none, because there are no samples" : fmt::format("{}", fmt::join(known, ", ")));
}

Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const ReportOptions& options,
                   comm::Communicator& communicator) {
  const at::NoGradGuard no_gradients;
  check(options, task);
  Report report;
  report.class_names = task.names();
  if (const auto positive = task.facts().positive) report.positive_class = task.names()[*positive];
  report.samples = predictions.index.size(0);
  if (report.samples == 0) return report;
  if (dataset.target_kind() == data::TargetKind::kNone) {
    throw Error("{}: there are no targets to compare the predictions with; name their dataset with data.target, or use galen predict",
                dataset.file());
  }

  const at::Tensor& records = predictions.records;
  const std::vector<Measure> measures = measures_of(task, records, options);
  const Patients patients = patients_of(predictions, dataset);
  report.patients = dataset.knows_patients() ? std::optional(patients.count()) : std::nullopt;
  report.prevalence = options.prevalence;
  report.confusion = task.confusion(records);
  report.notes = notes_on(task.gaps(records), measures);
  add_estimates(report, measures, patients, options.intervals, communicator);
  return report;
}

}  // namespace galen::trainer
