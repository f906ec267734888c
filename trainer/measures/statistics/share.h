#pragma once

#include "trainer/measures/statistics/interval.h"
#include "trainer/measures/statistics/patients.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// A sample's answer to a question, such as: was this positive sample found?
enum class Answer : std::uint8_t { kNotAsked, kNo, kYes };

using Question = std::function<Answer(std::int64_t sample)>;

/// The share of yes among the samples to which the question applies, and the contribution of each patient.
struct ClusteredShare {
  ClusteredShare(const Question& question, const Patients& patients);

  double share;                     ///< NaN if the question applies to no sample
  double asked = 0;                 ///< samples to which it applies
  std::int64_t patients = 0;        ///< with such samples
  std::vector<double> of_patients;  ///< of each: its number of yes, minus the share of its samples
};

/// Covariance of the ratio estimator, over the same patients (Cochran, "Sampling Techniques", 1977, section 6.3); of one with itself its
/// variance, p (1 - p) / n with one sample for each patient.
double covariance(const ClusteredShare& a, const ClusteredShare& b);

/// The 95 % interval of a share p of n cases, where n may be fractional. Wilson, 1927; Clopper & Pearson, 1934.
Interval wilson(double share, double cases);
Interval clopper_pearson(double share, double cases);

/// The mean of shares over the same patients, such as the sensitivity of each class; for one share, that share. The question of each must
/// apply to some sample.
class MeanShare {
 public:
  void add(const ClusteredShare& share);

  double share() const;

  /// The number of independent cases with the same variance: p (1 - p) / v, at most the number of samples. If patients do not differ, as
  /// for a share of 1 or 0, v is 0 and patients are counted.
  double effective_cases() const;

  /// By `method`, on the effective number of cases.
  Interval interval(Method method) const;

 private:
  double sum_ = 0;
  double asked_ = 0;
  std::vector<double> asked_patients_;  ///< of each share
  std::vector<double> of_patients_;     ///< summed over the shares
};

/// The number of cases of one share with the variance of the mean of k shares of `cases` each: k² / Σ 1/n.
double cases_of_mean(std::span<const double> cases);

}  // namespace galen::trainer
