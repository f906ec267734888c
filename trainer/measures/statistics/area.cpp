#include "trainer/measures/statistics/area.h"

#include "trainer/measures/statistics/quantiles.h"
#include "trainer/measures/statistics/share.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::trainer {
namespace {

constexpr double kNoArea = 1e-24;  // smaller variances are rounding errors of 0

// The factor of a variance over I patients, because their mean is estimated as well.
double correction(std::int64_t patients) {
  if (patients < 2) return std::numeric_limits<double>::infinity();
  return static_cast<double>(patients) / static_cast<double>(patients - 1);
}

double rarer_patients(const ClusteredArea& area) {
  return static_cast<double>(std::min(area.patients_with_positives, area.patients_with_negatives));
}

double limit_of_95() { return normal_quantile(0.975); }

Interval on_the_logit(double area, double variance, Method method) {
  const double logit = std::log(area / (1 - area));
  const double half = limit_of_95() * std::sqrt(variance) / (area * (1 - area));
  return {1 / (1 + std::exp(half - logit)), 1 / (1 + std::exp(-half - logit)), method};
}

AreaDifference difference(const ClusteredArea& a, const ClusteredArea& b, double variance) {
  const double deviation = std::sqrt(variance);
  const double value = a.area - b.area;
  const double half = limit_of_95() * deviation;
  return {value, value - half, value + half, value / deviation, 0};
}

}  // namespace

ClusteredArea::ClusteredArea(const Roc& roc, const Patients& of)
    : area(roc.area()),
      positives(static_cast<double>(roc.positives())),
      negatives(static_cast<double>(roc.negatives())),
      of_positives(static_cast<std::size_t>(of.count())),
      of_negatives(static_cast<std::size_t>(of.count())) {
  std::vector<std::uint8_t> sides(static_cast<std::size_t>(of.count()));  // kinds of a patient's samples: 1 positives, 2 negatives
  roc.placements([&](const Roc::Entry& entry, double placement) {
    const auto patient = static_cast<std::size_t>(of.of(entry.sample));
    (entry.positive ? of_positives : of_negatives)[patient] += placement - area;
    sides[patient] |= entry.positive ? 1 : 2;
  });
  for (const std::uint8_t side : sides) {
    patients += side != 0 ? 1 : 0;
    patients_with_positives += (side & 1) != 0 ? 1 : 0;
    patients_with_negatives += (side & 2) != 0 ? 1 : 0;
  }
}

double covariance(const ClusteredArea& a, const ClusteredArea& b) {
  double of_positives = 0;
  double of_negatives = 0;
  double across = 0;
  for (std::size_t i = 0; i < a.of_positives.size(); ++i) {
    of_positives += a.of_positives[i] * b.of_positives[i];
    of_negatives += a.of_negatives[i] * b.of_negatives[i];
    across += a.of_positives[i] / a.positives * b.of_negatives[i] / b.negatives;
    across += a.of_negatives[i] / a.negatives * b.of_positives[i] / b.positives;
  }
  const auto corrected = [](std::int64_t left, std::int64_t right) { return std::sqrt(correction(left) * correction(right)); };
  return corrected(a.patients_with_positives, b.patients_with_positives) * of_positives / (a.positives * b.positives) +
         corrected(a.patients_with_negatives, b.patients_with_negatives) * of_negatives / (a.negatives * b.negatives) +
         corrected(a.patients, b.patients) * across;
}

// The sum of all covariances of areas needs no loop over pairs, because a patient's parts are added up over the areas first.
void MeanArea::add(const ClusteredArea& area) {
  const std::size_t patients = area.of_positives.size();
  for (std::vector<double>* each : {&positives_, &negatives_, &across_positives_, &across_negatives_}) each->resize(patients);
  const double for_positives = std::sqrt(correction(area.patients_with_positives)) / area.positives;
  const double for_negatives = std::sqrt(correction(area.patients_with_negatives)) / area.negatives;
  const double across = std::sqrt(correction(area.patients));
  for (std::size_t i = 0; i < patients; ++i) {
    positives_[i] += for_positives * area.of_positives[i];
    negatives_[i] += for_negatives * area.of_negatives[i];
    across_positives_[i] += across * area.of_positives[i] / area.positives;
    across_negatives_[i] += across * area.of_negatives[i] / area.negatives;
  }
  sum_ += area.area;
  rarer_.push_back(rarer_patients(area));
  patients_ = std::max(patients_, area.patients);
  if (rarer_.back() < 2 && absent_.empty()) {
    absent_ = area.patients_with_positives < 2 ? "a single patient has positive samples" : "a single patient has negative samples";
  }
}

double MeanArea::area() const { return sum_ / static_cast<double>(rarer_.size()); }

double MeanArea::variance() const {
  double sum = 0;
  for (std::size_t i = 0; i < positives_.size(); ++i) {
    sum += positives_[i] * positives_[i] + negatives_[i] * negatives_[i] + 2 * across_positives_[i] * across_negatives_[i];
  }
  const auto areas = static_cast<double>(rarer_.size());
  return sum / (areas * areas);
}

Interval MeanArea::interval() const {
  if (!absent_.empty()) return {.absent = absent_};
  if (rarer_.empty()) return {};
  const double m = std::min(cases_of_mean(rarer_), static_cast<double>(patients_));
  const double tail = std::pow(0.025, 1 / m);
  const double mean = area();
  if (mean >= 1) return {tail, 1, Method::kPerfectArea};
  if (mean <= 0) return {0, 1 - tail, Method::kPerfectArea};
  const double spread = variance();
  if (spread > kNoArea) return on_the_logit(mean, spread, Method::kArea);
  return on_the_logit(mean, mean * (1 - mean) / m, Method::kAreaBound);
}

AreaDifference paired_difference(const ClusteredArea& a, const ClusteredArea& b) {
  AreaDifference result = difference(a, b, covariance(a, a) + covariance(b, b) - 2 * covariance(a, b));
  result.p = 2 * normal_cdf(-std::abs(result.z));
  return result;
}

AreaDifference unpaired_difference(const ClusteredArea& a, const ClusteredArea& b) {
  const double of_a = covariance(a, a);
  const double of_b = covariance(b, b);
  AreaDifference result = difference(a, b, of_a + of_b);
  const double degrees = (of_a + of_b) * (of_a + of_b) /
                         (of_a * of_a / static_cast<double>(a.patients - 1) + of_b * of_b / static_cast<double>(b.patients - 1));
  result.p = 2 * student_cdf(-std::abs(result.z), degrees);
  return result;
}

}  // namespace galen::trainer
