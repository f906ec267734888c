#pragma once

#include "data/dataset.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/tasks/task.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

struct IntervalOptions {
  int resamples = 1000;  ///< Bootstrap resamples of the 95 % intervals; 0: no intervals.
  std::uint64_t seed = 0;
};

/// A metric with its 95 % interval (percentile bootstrap over patients, over samples where patients are unknown); low and high are NaN
/// where none was asked for, or where a single patient gives nothing to draw from. Resamples in which the metric is undefined are left out.
struct Estimate {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
};

/// An evaluation as it is shown and saved.
struct Report {
  std::vector<Estimate> metrics;  ///< loss first, unless one of the others is it by another name
  at::Tensor confusion;           ///< see Task::confusion
  std::vector<std::string> class_names;
  std::string positive_class;  ///< of a binary task: whose cases sensitivity counts, specificity the other's; else empty
  std::int64_t samples = 0;
  std::optional<std::int64_t> patients = 0;  ///< none: unknown
  std::vector<std::string> notes = {};       ///< sentences: why a figure is undefined, and what a mean leaves out

  /// The value of a metric; an unknown name throws galen::UsageError that lists the known ones.
  double value(const std::string& metric) const;
};

/// Computes the report; without samples it holds no metrics, without targets it throws galen::Error. A pure function of its arguments,
/// the same on every rank: patients are drawn by a counter-based generator keyed by (seed, resample, draw). Method: percentile bootstrap,
/// Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const IntervalOptions& options);

/// {"auc": {"value": …, "low": …, "high": …}, …, "confusion": [[…]], "classes": […], "positive_class": …, "samples": n, "patients": n,
/// "notes": […]}; NaN and unknown patients become null.
nlohmann::json to_json(const Report& report);

/// The table of metrics with intervals and the confusion matrix, for a terminal.
std::string describe(const Report& report);

}  // namespace galen::trainer
