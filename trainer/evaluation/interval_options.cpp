#include "galen/option.h"
#include "trainer/evaluation/report.h"

namespace galen::trainer {

std::vector<Option> describe(IntervalOptions& intervals) {
  using namespace options;
  constexpr char kOfReport[] = "it only changes the report";
  return {
      number("evaluation.resamples", intervals.resamples, at_least(0),
             "Bootstrap resamples for the 95 % intervals without a formula; 0: no intervals at all.")
          .may_change(kOfReport),
      number("evaluation.seed", intervals.seed, any(), "Seed of the resamples.").may_change(kOfReport),
      choice("evaluation.shares", intervals.shares,
             "Intervals of shares such as sensitivity, on the effective number of cases: wilson, or clopper-pearson, which is never too "
             "narrow, but wider than necessary.")
          .may_change(kOfReport),
  };
}

}  // namespace galen::trainer
