#pragma once

#include "trainer/logs/timeline.h"
#include "trainer/stop_request.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace galen::trainer {

/// What all lanes of all workers add up to in a step; the same on every rank.
struct StepSums {
  double loss = 0;    ///< summed over the step's samples
  double weight = 0;  ///< what the loss and the gradients are divided by
  double samples = 0;
  bool empty_lane = false;                                          ///< some lane had no samples
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();  ///< before clipping; NaN where it was not needed

  std::string nonfinite;  ///< first parameter whose gradient is infinite or NaN; empty: none
  std::string unused;     ///< first parameter that got no gradient in some lane; empty: none
  bool updated = true;    ///< false: nothing was, because of `nonfinite`

  bool interrupted = false;  ///< some rank was asked to stop: see StopRequest
  bool preempted = false;
};

struct ExchangeOptions {
  double clip_norm = 0;  ///< Gradients are scaled down to this global L2 norm; 0: not clipped.

  /// A step whose gradients are not finite is left out; otherwise it ends the run.
  bool skip_nonfinite = false;

  /// Between nodes gradients travel as bfloat16, half the bytes; results then depend on the number of nodes.
  bool bfloat16 = false;
};

/// What each gradient is multiplied by within the optimiser's pass: dividing by the weight and clipping are one factor.
inline double gradient_scale(const ExchangeOptions& options, const StepSums& sums) {
  const double clip = options.clip_norm > 0 ? std::min(1.0, options.clip_norm / (sums.gradient_norm + 1e-6)) : 1.0;
  return 1 / sums.weight * clip;
}

/// What the workers do together at the end of a step: they sum their gradients, divide them by the weight, clip them, take the optimiser's
/// step, and all have the new parameters and running averages. The same bits whatever the number of workers.
class StepExchange {
 public:
  virtual ~StepExchange() = default;

  /// `step` counts from 1. Without skip_nonfinite, parameters are spoilt where gradients are not finite. `timeline` is told of waits and
  /// of updates. Collective.
  virtual StepSums complete(const StopRequest& stop_request, std::int64_t step, Timeline& timeline) = 0;
};

}  // namespace galen::trainer
