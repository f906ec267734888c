#include "trainer/measures/statistics/share.h"

#include "trainer/measures/statistics/quantiles.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

constexpr double kNothing = 1e-24;  // smaller variances are rounding errors of 0

}  // namespace

ClusteredShare::ClusteredShare(const Question& question, const Patients& all) : of_patients(static_cast<std::size_t>(all.count())) {
  std::vector<std::int64_t> asked_of(of_patients.size());
  std::vector<std::int64_t> yes_of(of_patients.size());
  for (std::int64_t sample = 0; sample < all.samples(); ++sample) {
    const Answer answer = question(sample);
    const auto patient = static_cast<std::size_t>(all.of(sample));
    asked_of[patient] += answer != Answer::kNotAsked ? 1 : 0;
    yes_of[patient] += answer == Answer::kYes ? 1 : 0;
  }
  double yes = 0;
  for (std::size_t i = 0; i < of_patients.size(); ++i) {
    asked += static_cast<double>(asked_of[i]);
    yes += static_cast<double>(yes_of[i]);
    patients += asked_of[i] > 0 ? 1 : 0;
  }
  share = yes / asked;
  for (std::size_t i = 0; i < of_patients.size(); ++i) {
    of_patients[i] = static_cast<double>(yes_of[i]) - share * static_cast<double>(asked_of[i]);
  }
}

double covariance(const ClusteredShare& a, const ClusteredShare& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.of_patients.size(); ++i) sum += a.of_patients[i] * b.of_patients[i];
  return sum / (a.asked * b.asked);
}

Interval wilson(double share, double cases) {
  const double z = normal_quantile(0.975);
  const double z2_per_case = z * z / cases;
  const double centre = share + z2_per_case / 2;
  const double half = z * std::sqrt(share * (1 - share) / cases + z2_per_case / (4 * cases));
  const double low = share <= 0 ? 0 : (centre - half) / (1 + z2_per_case);
  const double high = share >= 1 ? 1 : (centre + half) / (1 + z2_per_case);
  return {std::max(low, 0.0), std::min(high, 1.0), Method::kWilson};
}

Interval clopper_pearson(double share, double cases) {
  const double yes = share * cases;
  const double no = cases - yes;
  const double low = share <= 0 ? 0 : beta_quantile(0.025, yes, no + 1);
  const double high = share >= 1 ? 1 : beta_quantile(0.975, yes + 1, no);
  return {low, high, Method::kClopperPearson};
}

double cases_of_mean(std::span<const double> cases) {
  double sum = 0;
  for (const double each : cases) sum += 1 / each;
  return static_cast<double>(cases.size()) * static_cast<double>(cases.size()) / sum;
}

void MeanShare::add(const ClusteredShare& share) {
  of_patients_.resize(share.of_patients.size());
  for (std::size_t i = 0; i < of_patients_.size(); ++i) of_patients_[i] += share.of_patients[i] / share.asked;
  sum_ += share.share;
  asked_ += share.asked;
  asked_patients_.push_back(static_cast<double>(share.patients));
}

double MeanShare::share() const { return sum_ / static_cast<double>(asked_patients_.size()); }

double MeanShare::effective_cases() const {
  const auto shares = static_cast<double>(asked_patients_.size());
  double variance = 0;
  for (const double of_patient : of_patients_) variance += of_patient * of_patient / (shares * shares);
  if (variance > kNothing) return std::min(share() * (1 - share()) / variance, asked_);
  return std::min(cases_of_mean(asked_patients_), static_cast<double>(of_patients_.size()));
}

Interval MeanShare::interval(Method method) const {
  if (asked_patients_.empty()) return {};
  return method == Method::kClopperPearson ? clopper_pearson(share(), effective_cases()) : wilson(share(), effective_cases());
}

}  // namespace galen::trainer
