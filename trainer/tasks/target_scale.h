#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace galen::trainer {

/// Of the targets of a regression: (target − mean) / deviation is what is learnt, so that the optimiser's defaults fit targets of any unit.
/// Fitted to the training split. Empty: targets are learnt as they are.
struct TargetScale {
  std::vector<double> mean = {};       ///< one for each target
  std::vector<double> deviation = {};  ///< likewise, over the population; 1 where a target has the same value everywhere

  bool empty() const { return mean.empty(); }
  bool operator==(const TargetScale&) const = default;
};

/// Over `targets`, [n] of any type or [n, K]: in f64 and in sample order, the same bits on every machine of a kind.
TargetScale fit_target_scale(const at::Tensor& targets);

/// (values − mean) / deviation, and back, of [n, K] of floating point on any device, of its own type; worked out in f64.
at::Tensor standardized(const at::Tensor& values, const TargetScale& scale);
at::Tensor in_own_units(const at::Tensor& values, const TargetScale& scale);

}  // namespace galen::trainer
