#pragma once

#include "trainer/measures/statistics/interval.h"
#include "trainer/measures/statistics/patients.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// What a sample says to a question, such as: was a positive one found?
enum class Answer : std::uint8_t { kNotAsked, kNo, kYes };

using Question = std::function<Answer(std::int64_t sample)>;

/// The share of yes among the samples that were asked, and what each patient adds to it.
struct ClusteredShare {
  ClusteredShare(const Question& question, const Patients& patients);

  double share;                     ///< NaN where no sample was asked
  double asked = 0;                 ///< samples
  std::int64_t patients = 0;        ///< with samples that were asked
  std::vector<double> of_patients;  ///< of each: its yes, less the share of its samples that were asked
};

/// Of the ratio estimator, over the same patients (Cochran, "Sampling Techniques", 1977, section 6.3); of one with itself its variance,
/// p (1 - p) / n with one sample a patient.
double covariance(const ClusteredShare& a, const ClusteredShare& b);

/// The 95 % interval of a share p of n cases, of which there may be a part of one. Wilson, 1927; Clopper & Pearson, 1934.
Interval wilson(double share, double cases);
Interval clopper_pearson(double share, double cases);

/// The mean of shares over the same patients, such as the sensitivity of each class; of one share, that share. Each has samples that were
/// asked.
class MeanShare {
 public:
  void add(const ClusteredShare& share);

  double share() const;

  /// How many independent cases say as much as these: p (1 - p) / v, at most as many as were asked. Where no patient differs from another,
  /// as for a share of 1 or 0, v is 0 and patients are counted.
  double effective_cases() const;

  /// By `method`, on the effective number of cases.
  Interval interval(Method method) const;

 private:
  double sum_ = 0;
  double asked_ = 0;
  std::vector<double> asked_patients_;  ///< of each share
  std::vector<double> of_patients_;     ///< added up over the shares
};

/// Cases that say as much of a share as the mean of one share for each of `cases`, of so many cases: k² / Σ 1/n.
double cases_of_mean(std::span<const double> cases);

}  // namespace galen::trainer
