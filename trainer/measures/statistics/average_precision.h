#pragma once

#include "trainer/measures/statistics/figures.h"
#include "trainer/measures/statistics/patients.h"
#include "trainer/measures/statistics/roc.h"

#include <memory>
#include <vector>

namespace galen::trainer {

/// Σ (recall − recall of the threshold above) · precision over all thresholds, as in scikit-learn: a step sum, not trapezoidal. NaN without
/// positives, or if a score is NaN.
double average_precision(const Roc& roc);

/// The same, resampled: one pass over the sorted samples for each resample. Influences are those of an infinitesimal jackknife: the
/// derivative with respect to a patient's weight (Efron, Journal of the American Statistical Association 82, 1987, section 6).
class AveragePrecision : public Figures {
 public:
  AveragePrecision(const Roc& roc, const Patients& patients);

  std::size_t count() const override { return 1; }
  void evaluate(const std::uint8_t* times, double* values) const override;
  std::vector<double> influences(std::size_t figure) const override;

 private:
  std::vector<std::int32_t> steps_;  ///< by descending score: 4 · patient + 2 · positive + ends a tie
  std::int64_t patients_;
};

}  // namespace galen::trainer
