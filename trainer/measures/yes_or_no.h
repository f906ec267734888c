#pragma once

#include "trainer/measures/measure.h"
#include "trainer/measures/statistics/share.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace galen::trainer {

/// True and predicted answers to one yes-or-no question, one of each per sample, 0 or 1.
struct Calls {
  std::vector<std::uint8_t> truth;
  std::vector<std::uint8_t> predicted;
  std::vector<std::uint8_t> known = {};  ///< whether a sample's truth is known, 0 or 1; empty: all are

  std::int64_t samples() const { return static_cast<std::int64_t>(truth.size()); }
};

using SharedCalls = std::shared_ptr<const Calls>;

Question is_right(const SharedCalls& calls);
Question is_found(const SharedCalls& calls);           ///< applies to positives: sensitivity
Question is_spared(const SharedCalls& calls);          ///< applies to negatives: specificity
Question is_rightly_called(const SharedCalls& calls);  ///< applies to predicted positives: positive predictive value
Question is_rightly_spared(const SharedCalls& calls);  ///< applies to predicted negatives: negative predictive value

/// F1, Matthews' correlation and Cohen's kappa; all truths are known. Undefined if a denominator is 0, as in scikit-learn.
std::vector<Measure> agreement_measures(const Calls& calls);

/// Brier score, the mean of (p - y)²; scaled: 1 - Brier / (π (1 - π)), where π is the share of positives: the gain over the constant
/// prediction π. `probabilities`: of the positive answer, `stride` elements apart.
std::vector<Measure> brier_measures(const Calls& calls, const double* probabilities, std::int64_t stride);

}  // namespace galen::trainer
