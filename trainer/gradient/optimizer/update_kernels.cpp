#include "trainer/gradient/optimizer/update_kernels.h"

#include "galen/instruction_sets.h"
#include "trainer/gradient/arena/lane_fold.h"
#include "trainer/gradient/arena/vector_kernels.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer {

namespace {

// One loop, compiled for each instruction set: the rule is inlined into a function of that target.
#define GALEN_UPDATE_LOOPS(SUFFIX, ATTRIBUTE)                                                                               \
  ATTRIBUTE void sgd_##SUFFIX(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay,     \
                              std::int64_t size) {                                                                          \
    const SgdRule held = rule;                                                                                              \
    _Pragma("GCC ivdep") for (std::int64_t i = 0; i < size; ++i) held(values[i], gradients[i], velocity[i], decay);         \
  }                                                                                                                         \
  ATTRIBUTE void adam_##SUFFIX(const AdamRule& rule, float* values, const float* gradients, Moments moments, float decay,   \
                               std::int64_t size) {                                                                         \
    const AdamRule held = rule;                                                                                             \
    float *const first = moments.first, *const second = moments.second;                                                     \
    _Pragma("GCC ivdep") for (std::int64_t i = 0; i < size; ++i) held(values[i], gradients[i], first[i], second[i], decay); \
  }                                                                                                                         \
  constexpr Loops SUFFIX{sgd_##SUFFIX, adam_##SUFFIX};

struct Loops {
  void (*sgd)(const SgdRule&, float*, const float*, float*, float, std::int64_t);
  void (*adam)(const AdamRule&, float*, const float*, Moments, float, std::int64_t);
};

GALEN_UPDATE_LOOPS(avx512, GALEN_AVX512)
GALEN_UPDATE_LOOPS(avx2, GALEN_AVX2)
GALEN_UPDATE_LOOPS(portable, GALEN_PORTABLE)

class CpuUpdateKernels final : public UpdateKernels {
 public:
  void sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay, std::int64_t size) const override {
    loops_.sgd(rule, values, gradients, velocity, decay, size);
  }

  void adam(const AdamRule& rule, float* values, const float* gradients, Moments moments, float decay, std::int64_t size) const override {
    loops_.adam(rule, values, gradients, moments, decay, size);
  }

  // Block by block, as in NodeExchange: the second read finds the block in the cache.
  GradientFacts look_at(const float* gradients, std::int64_t size) const override {
    GradientFacts facts;
    for_each_block({0, size}, [&](std::int64_t begin, std::int64_t block_size) {
      const float* block = gradients + begin;
      facts.sum_of_squares += vector_kernels().sum_of_squares(block, block_size);
      if (facts.first_nonfinite >= 0 || vector_kernels().is_finite(block, block_size)) return;
      const float* found = std::find_if_not(block, block + block_size, [](float value) { return std::isfinite(value); });
      facts.first_nonfinite = found - gradients;
    });
    return facts;
  }

 private:
  const Loops loops_ = runnable(avx512, avx2, portable).front();
};

}  // namespace

const UpdateKernels& cpu_update_kernels() {
  static const CpuUpdateKernels kernels;
  return kernels;
}

}  // namespace galen::trainer
