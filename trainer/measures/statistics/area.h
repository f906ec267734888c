#pragma once

#include "trainer/measures/statistics/interval.h"
#include "trainer/measures/statistics/patients.h"
#include "trainer/measures/statistics/roc.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// An area under a curve, and the contribution of each patient. Obuchowski, "Nonparametric analysis of clustered ROC curve data",
/// Biometrics 53, 1997: DeLong's placements, summed within patients; with one sample for each patient it is DeLong's variance.
struct ClusteredArea {
  /// The curve is_defined(); its samples are those of `patients`.
  ClusteredArea(const Roc& roc, const Patients& patients);

  double area;
  double positives = 0;  ///< samples
  double negatives = 0;
  std::int64_t patients = 0;  ///< with known samples
  std::int64_t patients_with_positives = 0;
  std::int64_t patients_with_negatives = 0;

  /// For each patient: the sum of its samples' placements minus the area; positive and negative samples separately.
  std::vector<double> of_positives, of_negatives;
};

/// Covariance of two areas over the same patients, such as two models' over the same samples; of one with itself its variance. Not finite
/// if a single patient has all samples of one side.
double covariance(const ClusteredArea& a, const ClusteredArea& b);

/// The mean of areas over the same patients, such as that of each class against the rest; for one area, that area.
class MeanArea {
 public:
  void add(const ClusteredArea& area);

  double area() const;
  double variance() const;  ///< from all their covariances

  /// Wald's interval on the logit. An area of 1 gets 0.025^(1/m) as its lower limit, where m is the number of patients with samples of the
  /// rarer side: the limit for m of m right answers. This is a convention, as is the mirrored one for 0. If the variance is 0 otherwise, as
  /// with equal scores, the largest possible one is used, A (1 - A) / m (van Dantzig, 1951).
  Interval interval() const;

 private:
  double sum_ = 0;
  std::vector<double> rarer_;  ///< patients with samples of the rarer side, of each area
  std::int64_t patients_ = 0;  ///< of the area with the most
  std::string absent_;         ///< why there is no interval
  std::vector<double> positives_, negatives_, across_positives_, across_negatives_;  ///< of each patient, summed over the areas
};

/// Whether two areas differ: Wald's interval of the difference, its z and two-sided p.
struct AreaDifference {
  double difference = 0;
  double low = 0;
  double high = 0;
  double z = 0;
  double p = 0;
};

/// Over the same patients.
AreaDifference paired_difference(const ClusteredArea& a, const ClusteredArea& b);

/// Over different patients, such as women and men: p by Student's t with Welch's degrees of freedom, because the variances are estimated
/// separately.
AreaDifference unpaired_difference(const ClusteredArea& a, const ClusteredArea& b);

}  // namespace galen::trainer
