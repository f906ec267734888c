#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace galen::trainer {

/// The scale of regression targets: (target − mean) / deviation is learnt, so that the optimiser's defaults suit targets of any unit.
/// Fitted to the training split. Empty: targets are not scaled.
struct TargetScale {
  std::vector<double> mean = {};       ///< one for each target
  std::vector<double> deviation = {};  ///< the same, over the population; 1 if a target is constant

  bool empty() const { return mean.empty(); }
  bool operator==(const TargetScale&) const = default;
};

/// Over `targets`, [n] of any type or [n, K]: in f64 and in sample order, the same bits on every machine of a kind.
TargetScale fit_target_scale(const at::Tensor& targets);

/// (values − mean) / deviation, and its inverse, of [n, K] of floating point on any device, in its own type; computed in f64.
at::Tensor standardized(const at::Tensor& values, const TargetScale& scale);
at::Tensor in_own_units(const at::Tensor& values, const TargetScale& scale);

}  // namespace galen::trainer
