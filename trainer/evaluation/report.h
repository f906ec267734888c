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

/// Intervals of shares such as sensitivity, on the effective number of cases. kClopperPearson is never too narrow, and wider than it need
/// be.
enum class ShareIntervals { kWilson, kClopperPearson };
constexpr auto enum_names(ShareIntervals) {
  return std::to_array<EnumName<ShareIntervals>>(
      {{ShareIntervals::kWilson, "wilson"}, {ShareIntervals::kClopperPearson, "clopper-pearson"}});
}

struct IntervalOptions {
  int resamples = 1000;  ///< Bootstrap resamples of the 95 % intervals that have no formula; 0: no intervals at all.
  std::uint64_t seed = 0;

  ShareIntervals shares = ShareIntervals::kWilson;
};

std::vector<Option> describe(IntervalOptions& options);

struct ReportOptions {
  IntervalOptions intervals = {};
  bool further = true;                    ///< Task::further_measures() too.
  std::optional<double> prevalence = {};  ///< Of the positive class: predictive values there too; for binary tasks.
};

/// What training asks for after each epoch: Task::metrics(), without intervals.
ReportOptions metrics_alone();

/// A figure with its 95 % interval over patients (over samples where patients are unknown); low and high are NaN, and the method is kNone,
/// where none was asked for or none can be found.
struct Estimate {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  Method method = Method::kNone;
  std::int64_t undefined_resamples = 0;  ///< bootstrap resamples in which the figure is undefined; its interval leaves them out
};

/// An evaluation as it is shown and saved.
struct Report {
  std::vector<Estimate> metrics;  ///< loss first, unless one of the others is it by another name
  at::Tensor confusion;           ///< see Task::confusion
  std::vector<std::string> class_names;
  std::string positive_class;  ///< of a binary task: whose cases sensitivity counts, specificity the other's; else empty
  std::int64_t samples = 0;
  std::optional<std::int64_t> patients = 0;  ///< none: unknown
  std::vector<std::string> notes = {};       ///< sentences: why a figure or its interval is missing, and what a mean leaves out
  std::optional<double> prevalence = {};     ///< that predictive values were also computed for

  /// The value of a metric; an unknown name throws galen::UsageError that lists the known ones.
  double value(const std::string& metric) const;
};

/// Computes the report from records alone; without samples it holds no metrics, without targets in the data set, which also knows the
/// samples' patients, it throws galen::Error. Every rank passes the same, and gets
/// the same: resamples are shared out between ranks and threads, and drawn by generators keyed by (seed, resample), so that the report has
/// the same bits for every number of them. Collective.
///
/// Intervals: areas and shares by formulas (statistics/area.h, share.h, predictive_values.h), all else by a bootstrap over patients
/// (statistics/bca.h). Where there is one patient alone, or where a figure does not vary between resamples, there is no interval, and a
/// note says so.
Report make_report(const Task& task, const Predictions& predictions, const data::Dataset& dataset, const ReportOptions& options,
                   comm::Communicator& communicator);

/// {"auc": {"value": …, "low": …, "high": …, "method": …}, …, "confusion": [[…]], "classes": […], "positive_class": …, "samples": n,
/// "patients": n, "notes": […]}; NaN and unknown patients become null. A figure that is undefined in some resamples has
/// "undefined_resamples" too, one without an interval no "method".
nlohmann::json to_json(const Report& report);

/// The table of metrics with intervals and how they were found, and the confusion matrix, for a terminal.
std::string describe(const Report& report);

}  // namespace galen::trainer
