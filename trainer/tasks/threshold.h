#pragma once

namespace galen::trainer {

/// The smallest probability of a yes in yes-or-no answers, in metrics, confusion matrices and predictions.
inline constexpr float kThreshold = 0.5F;

inline bool is_positive(double probability) { return probability >= kThreshold; }

}  // namespace galen::trainer
