#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "galen/enum_names.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/measures/statistics/interval.h"
#include "trainer/tasks/task.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// Intervals of shares such as sensitivity, on the effective number of cases. kClopperPearson is never too narrow, but wider than
/// necessary.
enum class ShareIntervals { kWilson, kClopperPearson };
constexpr auto enum_names(ShareIntervals) {
  return std::to_array<EnumName<ShareIntervals>>(
      {{ShareIntervals::kWilson, "wilson"}, {ShareIntervals::kClopperPearson, "clopper-pearson"}});
}

struct IntervalOptions {
  int resamples = 1000;  ///< Bootstrap resamples for the 95 % intervals without a formula; 0: no intervals at all.
  std::uint64_t seed = 0;

  ShareIntervals shares = ShareIntervals::kWilson;
};

std::vector<Option> describe(IntervalOptions& options);

struct ReportOptions {
  IntervalOptions intervals = {};
  bool further = true;                    ///< Include Task::further_measures().
  std::optional<double> prevalence = {};  ///< Share of the positive class: adds predictive values for it; for binary tasks.
};

/// The options of validations during training: Task::metrics(), without intervals.
ReportOptions metrics_alone();

/// A metric with its 95 % interval over patients (over samples if patients are unknown); low and high are NaN, and the method is kNone, if
/// none was requested or none exists.
struct Estimate {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  Method method = Method::kNone;
  std::int64_t undefined_resamples = 0;  ///< bootstrap resamples in which the metric is undefined; excluded from its interval
};

/// The result of an evaluation, to be shown and saved.
struct Report {
  std::vector<Estimate> metrics;  ///< loss first, unless another metric is the loss
  at::Tensor confusion;           ///< see Task::confusion
  std::vector<std::string> class_names;
  std::string positive_class;  ///< of a binary task: sensitivity is that of its cases, specificity that of the others; else empty
  std::int64_t samples = 0;
  std::optional<std::int64_t> patients = 0;  ///< none: unknown
  std::vector<std::string> notes = {};       ///< sentences: why a metric or its interval is missing, and what a mean excludes
  std::optional<double> prevalence = {};     ///< for which predictive values were computed as well

  /// The value of a metric; throws galen::UsageError that lists the known ones for an unknown name.
  double value(const std::string& metric) const;
};

/// Computes the report from records only; without samples it has no metrics; without targets in the data set, which also has the samples'
/// patients, it throws galen::Error. Every rank passes the same arguments and gets the same report: resamples are distributed to ranks and
/// threads, and drawn by generators keyed by (seed, resample), so that the report has the same bits for any number of them.
/// Collective.
///
/// Intervals: areas and shares by formulas (statistics/area.h, share.h, predictive_values.h), all others by a bootstrap over patients
/// (statistics/bca.h). If there is only one patient, or a metric does not vary between resamples, there is no interval, and a note says
/// so.
Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const ReportOptions& options,
                   comm::Communicator& communicator);

/// {"auc": {"value": …, "low": …, "high": …, "method": …}, …, "confusion": [[…]], "classes": […], "positive_class": …, "samples": n,
/// "patients": n, "notes": […]}; NaN and unknown patients become null. A metric that is undefined in some resamples also has
/// "undefined_resamples", one without an interval has no "method".
nlohmann::json to_json(const Report& report);

/// The table of metrics with intervals and their methods, and the confusion matrix, for a terminal.
std::string describe(const Report& report);

}  // namespace galen::trainer
