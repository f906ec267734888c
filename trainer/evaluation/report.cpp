#include "trainer/evaluation/report.h"

#include "galen/error.h"
#include "trainer/evaluation/bootstrap.h"
#include "trainer/tasks/undefined.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/core/grad_mode.h>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::trainer {
namespace {

// All metrics of a task, the loss first, as a function of how often each sample counts.
class Evaluation {
 public:
  Evaluation(const Task& task, const Predictions& predictions, const at::Tensor& scores)
      : scorer_(task.metrics(scores, predictions.targets)),
        losses_(task.losses(predictions.outputs, predictions.targets)),
        weights_(task.weights(predictions.targets)),
        has_loss_(!task.loss_is_a_metric()) {}

  std::vector<Metric> operator()(std::span<const std::int64_t> multiplicity) const {
    std::vector<Metric> metrics = scorer_(multiplicity);
    if (has_loss_) metrics.insert(metrics.begin(), {"loss", loss(multiplicity)});
    return metrics;
  }

 private:
  // Summed in f64 and in sample order, for the same bits on any number of threads.
  double loss(std::span<const std::int64_t> multiplicity) const {
    const float* losses = losses_.const_data_ptr<float>();
    const float* weights = weights_.defined() ? weights_.const_data_ptr<float>() : nullptr;
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < multiplicity.size(); ++i) {
      const auto times = static_cast<double>(multiplicity[i]);
      if (multiplicity[i] > 0) sum += times * losses[i];
      weight += weights == nullptr ? times : times * weights[i];
    }
    return sum / weight;
  }

  Scorer scorer_;
  at::Tensor losses_;
  at::Tensor weights_;
  bool has_loss_;
};

std::vector<std::int64_t> patients(const Predictions& predictions, const data::Dataset& dataset) {
  std::vector<std::int64_t> result;
  const auto index = predictions.index.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < index.size(0); ++i) result.push_back(dataset.groups().at(static_cast<std::size_t>(index[i])));
  return result;
}

// One column of figures for each metric, over the resamples.
std::vector<std::vector<double>> resample(const Evaluation& evaluation, const PatientBootstrap& bootstrap, int resamples,
                                          std::size_t metrics) {
  std::vector<std::vector<double>> columns(metrics, std::vector<double>(static_cast<std::size_t>(resamples)));
  for (int r = 0; r < resamples; ++r) {
    const std::vector<Metric> drawn = evaluation(bootstrap.multiplicity(r));
    for (std::size_t m = 0; m < metrics; ++m) columns[m][static_cast<std::size_t>(r)] = drawn[m].value;
  }
  return columns;
}

std::vector<std::string> notes_on(const Task& task, const Predictions& predictions, const std::vector<Metric>& metrics) {
  std::vector<std::string> notes;
  for (const std::string& reason : undefined_reasons(task, predictions.targets)) notes.push_back(reason + ".");
  const auto undefined = [](const Metric& metric) { return std::isnan(metric.value); };
  if (notes.empty() && std::any_of(metrics.begin(), metrics.end(), undefined)) {
    notes.push_back("figures are undefined, as the model's outputs are not finite.");
  }
  return notes;
}

}  // namespace

double Report::value(const std::string& metric) const {
  std::vector<std::string> known;
  for (const Estimate& estimate : metrics) {
    if (estimate.name == metric) return estimate.value;
    known.push_back(estimate.name);
  }
  throw UsageError("no metric is named {} here; there are {}", metric,
                   known.empty() ? "none, for want of samples" : fmt::format("{}", fmt::join(known, ", ")));
}

Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const IntervalOptions& options) {
  const at::NoGradGuard no_gradients;
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
  const Evaluation evaluation(task, predictions, scores);
  const PatientBootstrap bootstrap(patients(predictions, dataset), options.seed);
  report.patients = dataset.knows_patients() ? std::optional(bootstrap.patients()) : std::nullopt;
  report.confusion = task.confusion(scores, predictions.targets);

  const std::vector<Metric> plain = evaluation(std::vector<std::int64_t>(static_cast<std::size_t>(report.samples), 1));
  report.notes = notes_on(task, predictions, plain);
  // One patient alone says nothing of how patients differ.
  const int resamples = bootstrap.patients() > 1 ? options.resamples : 0;
  const std::vector<std::vector<double>> drawn = resample(evaluation, bootstrap, resamples, plain.size());
  for (std::size_t m = 0; m < plain.size(); ++m) {
    const Interval interval = percentile_interval(drawn[m]);
    report.metrics.push_back({plain[m].name, plain[m].value, interval.low, interval.high});
  }
  return report;
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json json = nlohmann::json::object();
  const auto number = [](double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); };
  for (const Estimate& estimate : report.metrics) {
    json[estimate.name] = {{"value", number(estimate.value)}, {"low", number(estimate.low)}, {"high", number(estimate.high)}};
  }
  if (report.confusion.defined()) {
    const auto cell = report.confusion.accessor<std::int64_t, 2>();
    for (std::int64_t row = 0; row < cell.size(0); ++row) {
      json["confusion"].push_back(std::vector<std::int64_t>(cell[row].data(), cell[row].data() + cell.size(1)));
    }
    json["classes"] = report.class_names;
  }
  if (!report.positive_class.empty()) json["positive_class"] = report.positive_class;
  json["samples"] = report.samples;
  json["patients"] = report.patients ? nlohmann::json(*report.patients) : nlohmann::json(nullptr);
  if (!report.notes.empty()) json["notes"] = report.notes;
  return json;
}

}  // namespace galen::trainer
