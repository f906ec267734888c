#pragma once

#include "trainer/measures/statistics/share.h"

namespace galen::trainer {

struct PredictiveValue {
  double value;
  Interval interval;
};

/// The predictive values of a positive and a negative answer if a share `prevalence` of all cases is positive, by Bayes' rule; 0 <
/// prevalence < 1. Intervals: delta method on the logit, where the two shares are correlated within patients (Mercaldo et al., Statistics
/// in Medicine 26, 2007). For the interval half a case is added to both sides if a share is 1 or 0, whose logit is infinite. NaN without an
/// interval if one of the shares is NaN, or if the answer never occurs.
struct PredictiveValues {
  PredictiveValues(const ClusteredShare& sensitivity, const ClusteredShare& specificity, double prevalence);

  PredictiveValue positive;
  PredictiveValue negative;
};

}  // namespace galen::trainer
