#include "trainer/measures/statistics/predictive_values.h"

#include "trainer/measures/statistics/quantiles.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

// A share and its variance, moved away from 1 and 0.
struct Inner {
  explicit Inner(const ClusteredShare& of) : share(of.share), moved(!(share > 0 && share < 1)) {
    MeanShare mean;
    mean.add(of);
    double cases = mean.effective_cases();
    if (moved) {
      share = (share * cases + 0.5) / (cases + 1);
      cases += 1;
    }
    variance = share * (1 - share) / cases;
  }

  double share;
  bool moved;
  double variance;
};

double logit(double share) { return std::log(share / (1 - share)); }

/// A share of cases, and its variance.
struct Rate {
  double share, variance;
};

// logit p = logit of the prior + log (right / wrong), where `right` is the share of cases of this class with this answer and `wrong` that
// of the other class; `together`: covariance of right and wrong.
PredictiveValue by_bayes(double value, double prior, Rate right, Rate wrong, double together) {
  if (std::isnan(value)) return {value, {}};
  const double centre = logit(prior) + std::log(right.share / wrong.share);
  const double variance = right.variance / (right.share * right.share) + wrong.variance / (wrong.share * wrong.share) -
                          2 * together / (right.share * wrong.share);
  const double half = normal_quantile(0.975) * std::sqrt(std::max(variance, 0.0));
  Interval interval{1 / (1 + std::exp(half - centre)), 1 / (1 + std::exp(-half - centre)), Method::kPrevalence};
  // A value of 1 or 0 is an end of its interval.
  interval.low = std::min(interval.low, value);
  interval.high = std::max(interval.high, value);
  return {value, interval};
}

}  // namespace

PredictiveValues::PredictiveValues(const ClusteredShare& sensitivity, const ClusteredShare& specificity, double prevalence) {
  const double found = sensitivity.share;
  const double spared = specificity.share;
  const double ppv = found * prevalence / (found * prevalence + (1 - spared) * (1 - prevalence));
  const double npv = spared * (1 - prevalence) / (spared * (1 - prevalence) + (1 - found) * prevalence);
  const Inner inner_found(sensitivity);
  const Inner inner_spared(specificity);
  const double together = inner_found.moved || inner_spared.moved ? 0 : covariance(sensitivity, specificity);
  positive =
      by_bayes(ppv, prevalence, {inner_found.share, inner_found.variance}, {1 - inner_spared.share, inner_spared.variance}, -together);
  negative =
      by_bayes(npv, 1 - prevalence, {inner_spared.share, inner_spared.variance}, {1 - inner_found.share, inner_found.variance}, -together);
}

}  // namespace galen::trainer
