#include "trainer/optimizer/update_kernels.h"

namespace galen::trainer {

namespace {

class CpuUpdateKernels final : public UpdateKernels {
 public:
  void sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay, std::int64_t size) const override {
    for (std::int64_t i = 0; i < size; ++i) rule(values[i], gradients[i], velocity[i], decay);
  }

  void adam(const AdamRule& rule, float* values, const float* gradients, float* first_moment, float* second_moment, float decay,
            std::int64_t size) const override {
    for (std::int64_t i = 0; i < size; ++i) rule(values[i], gradients[i], first_moment[i], second_moment[i], decay);
  }
};

}  // namespace

const UpdateKernels& cpu_update_kernels() {
  static const CpuUpdateKernels kernels;
  return kernels;
}

}  // namespace galen::trainer
