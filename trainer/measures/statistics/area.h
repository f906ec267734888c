#pragma once

#include "trainer/measures/statistics/interval.h"
#include "trainer/measures/statistics/patients.h"
#include "trainer/measures/statistics/roc.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// An area under a curve, and what each patient adds to it. Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics
/// 53, 1997: DeLong's placements, summed within patients; with one sample a patient it is DeLong's variance.
struct ClusteredArea {
  /// The curve is_defined(); its samples are those of `patients`.
  ClusteredArea(const Roc& roc, const Patients& patients);

  double area;
  double positives = 0;  ///< samples
  double negatives = 0;
  std::int64_t patients = 0;  ///< with samples that count
  std::int64_t patients_with_positives = 0;
  std::int64_t patients_with_negatives = 0;

  /// Of each patient: its samples' placements, less the area, summed; positive and negative samples apart.
  std::vector<double> of_positives, of_negatives;
};

/// Of two areas over the same patients, such as two models' over the same samples; of one with itself its variance. Not finite where a
/// single patient has the samples of one side.
double covariance(const ClusteredArea& a, const ClusteredArea& b);

/// The mean of areas over the same patients, such as that of each class against the rest; of one area, that area.
class MeanArea {
 public:
  void add(const ClusteredArea& area);

  double area() const;
  double variance() const;  ///< from all their covariances

  /// Wald's on the logit. An area of 1 gets 0.025^(1/m) as its lower limit, where m is the number of patients with samples of the rarer
  /// side: what m of m right answers leave open. That is a convention, as is the mirrored one for 0. Where the variance is 0 without that,
  /// as with scores that are all the same, it is taken as large as it can be, A (1 - A) / m (van Dantzig, 1951).
  Interval interval() const;

 private:
  double sum_ = 0;
  std::vector<double> rarer_;  ///< patients with samples of the rarer side, of each area
  std::int64_t patients_ = 0;  ///< of the area that has the most
  std::string absent_;         ///< why there is no interval
  std::vector<double> positives_, negatives_, across_positives_, across_negatives_;  ///< of each patient, added up over the areas
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

/// Over different patients, such as women and men: p by Student's t with Welch's degrees of freedom, as the variances are estimated apart.
AreaDifference unpaired_difference(const ClusteredArea& a, const ClusteredArea& b);

}  // namespace galen::trainer
