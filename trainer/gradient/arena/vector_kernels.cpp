#include "trainer/gradient/arena/vector_kernels.h"

#include "galen/instruction_sets.h"

#include <array>
#include <bit>
#include <vector>

namespace galen::trainer {

namespace {

GALEN_INLINE void add_loop(float* sum, const float* left, const float* right, std::int64_t size) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) sum[i] = left[i] + right[i];
}

// A number is not finite if all bits of its exponent are set.
GALEN_INLINE bool is_finite_loop(const float* values, std::int64_t size) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  std::uint32_t found = 0;
  for (std::int64_t i = 0; i < size; ++i)
    found |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(values[i]) & kExponent) == kExponent);
  return found == 0;
}

GALEN_INLINE double sum_of_squares_loop(const float* values, std::int64_t size) {
  constexpr int kLanes = 16;
  std::array<double, kLanes> sums{};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  for (int lane = 0; i < size; ++i, ++lane) sums[lane] += static_cast<double>(values[i]) * values[i];
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

#define GALEN_KERNELS(SUFFIX, ATTRIBUTE)                                                                                                  \
  ATTRIBUTE void add_##SUFFIX(float* sum, const float* left, const float* right, std::int64_t size) { add_loop(sum, left, right, size); } \
  ATTRIBUTE bool is_finite_##SUFFIX(const float* values, std::int64_t size) { return is_finite_loop(values, size); }                      \
  ATTRIBUTE double sum_of_squares_##SUFFIX(const float* values, std::int64_t size) { return sum_of_squares_loop(values, size); }          \
  constexpr VectorKernels SUFFIX{#SUFFIX, add_##SUFFIX, is_finite_##SUFFIX, sum_of_squares_##SUFFIX};

GALEN_KERNELS(avx512, GALEN_AVX512)
GALEN_KERNELS(avx2, GALEN_AVX2)
GALEN_KERNELS(portable, GALEN_PORTABLE)

}  // namespace

const std::vector<VectorKernels>& all_vector_kernels() {
  static const std::vector<VectorKernels> kernels = runnable(avx512, avx2, portable);
  return kernels;
}

const VectorKernels& vector_kernels() { return all_vector_kernels().front(); }

}  // namespace galen::trainer
