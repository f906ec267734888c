#pragma once

namespace galen::trainer {

/// From which probability on a yes-or-no answer is yes, in metrics, confusion matrices and predictions alike: the threshold itself is one.
inline constexpr float kThreshold = 0.5F;

inline bool is_positive(double probability) { return probability >= kThreshold; }

}  // namespace galen::trainer
