#pragma once

#include "trainer/optimizer/update_rules.h"

#include <cstdint>

namespace galen::trainer {

/// The fused update pass over `size` elements of flat f32 arenas, on one kind of device. Pointers are that device's.
class UpdateKernels {
 public:
  virtual ~UpdateKernels() = default;

  virtual void sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay, std::int64_t size) const = 0;
  virtual void adam(const AdamRule& rule, float* values, const float* gradients, float* first_moment, float* second_moment, float decay,
                    std::int64_t size) const = 0;
};

const UpdateKernels& cpu_update_kernels();

}  // namespace galen::trainer
