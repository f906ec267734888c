#include "trainer/evaluation/report_intervals.h"

#include "trainer/measures/statistics/bca.h"
#include "trainer/measures/statistics/resampling.h"
#include "trainer/measures/statistics/share.h"
#include "trainer/tasks/gaps.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

namespace galen::trainer {
namespace {

// The resampled metrics: the formulas of sums in one pass, and each of the others in its own.
class Bootstrap {
 public:
  Bootstrap(const std::vector<Measure>& measures, const Patients& patients) {
    std::vector<Formula> formulas;
    std::vector<std::size_t> of_formulas;
    for (std::size_t m = 0; m < measures.size(); ++m) {
      if (!std::isfinite(measures[m].value)) continue;
      if (const auto* formula = std::get_if<Formula>(&measures[m].interval)) {
        formulas.push_back(*formula);
        of_formulas.push_back(m);
      } else if (const auto* resampled = std::get_if<Resampled>(&measures[m].interval)) {
        families_.push_back((*resampled)(patients));
        measures_.push_back(m);
      }
    }
    if (formulas.empty()) return;
    families_.push_back(std::make_unique<FiguresOfSums>(formulas, patients));
    measures_.insert(measures_.end(), of_formulas.begin(), of_formulas.end());
  }

  /// By the place of its measure. Collective.
  std::map<std::size_t, BcaInterval> intervals(const std::vector<Measure>& measures, const Patients& patients,
                                               const IntervalOptions& options, comm::Communicator& communicator) const {
    std::vector<const Figures*> families;
    for (const auto& family : families_) families.push_back(family.get());
    const auto values = resample(families, Resamples(patients.count(), options.seed), options.resamples, communicator);
    std::map<std::size_t, BcaInterval> result;
    std::size_t place = 0;
    for (const auto& family : families_) {
      for (std::size_t figure = 0; figure < family->count(); ++figure, ++place) {
        const std::size_t measure = measures_[place];
        result.emplace(measure, BcaInterval(measures[measure].value, values[place], family->influences(figure)));
      }
    }
    return result;
  }

 private:
  std::vector<std::unique_ptr<Figures>> families_;
  std::vector<std::size_t> measures_;  // of each figure, family after family
};

// One sentence for all metrics with the same remark.
class Remarks {
 public:
  void add(const std::string& remark, const std::string& figure) {
    for (auto& [known, figures] : remarks_) {
      if (known == remark) return figures.push_back(figure);
    }
    remarks_.push_back({remark, {figure}});
  }

  void append_to(std::vector<std::string>& notes) const {
    for (const auto& [remark, figures] : remarks_) notes.push_back(fmt::format("{}: {}.", listed(figures), remark));
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> remarks_;
};

}  // namespace

void add_estimates(Report& report, const std::vector<Measure>& measures, const Patients& patients, const IntervalOptions& options,
                   comm::Communicator& communicator) {
  const Method of_shares = options.shares == ShareIntervals::kWilson ? Method::kWilson : Method::kClopperPearson;
  const Interval none;
  for (const Measure& measure : measures) report.metrics.push_back({measure.name, measure.value, none.low, none.high});
  if (options.resamples == 0) return;
  if (patients.count() < 2) {
    report.notes.push_back("there are no intervals, because the variation between patients is unknown with a single patient.");
    return;
  }
  const auto bootstrapped = Bootstrap(measures, patients).intervals(measures, patients, options, communicator);
  Remarks remarks;
  for (std::size_t m = 0; m < measures.size(); ++m) {
    Estimate& estimate = report.metrics[m];
    if (!std::isfinite(estimate.value)) continue;
    Interval interval;
    if (const auto* closed_form = std::get_if<ClosedForm>(&measures[m].interval)) {
      interval = (*closed_form)(patients, of_shares);
    } else {
      const BcaInterval& found = bootstrapped.at(m);
      interval = found.interval;
      estimate.undefined_resamples = found.undefined;
      if (found.undefined > 0 && interval.method != Method::kNone) {
        remarks.add(fmt::format("undefined in {} of {} resamples, which the interval excludes", found.undefined, options.resamples),
                    estimate.name);
      }
    }
    estimate.low = interval.low;
    estimate.high = interval.high;
    estimate.method = interval.method;
    if (interval.method == Method::kNone) remarks.add("no interval, because " + interval.absent, estimate.name);
  }
  remarks.append_to(report.notes);
}

}  // namespace galen::trainer
