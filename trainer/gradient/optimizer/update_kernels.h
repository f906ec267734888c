#pragma once

#include "trainer/gradient/optimizer/update_rules.h"

#include <cstdint>

namespace galen::trainer {

/// The result of one pass over gradients.
struct GradientFacts {
  double sum_of_squares = 0;
  std::int64_t first_nonfinite = -1;  ///< the first element that is infinite or NaN; -1: none
};

/// The running means of gradients and of their squares.
struct Moments {
  float* first;
  float* second;
};

/// The passes over `size` elements of flat f32 arenas, for one kind of device, which the pointers refer to.
class UpdateKernels {
 public:
  virtual ~UpdateKernels() = default;

  virtual void sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay, std::int64_t size) const = 0;
  virtual void adam(const AdamRule& rule, float* values, const float* gradients, Moments moments, float decay, std::int64_t size) const = 0;

  /// Adds up in one order, for any number of workers. On a GPU it waits for the result, and so for all work queued before, without a
  /// deadline: a caller that has queued messages between ranks must call comm::wait_for_stream() first.
  virtual GradientFacts look_at(const float* gradients, std::int64_t size) const = 0;
};

const UpdateKernels& cpu_update_kernels();

}  // namespace galen::trainer
