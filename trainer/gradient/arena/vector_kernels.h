#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// Loops over f32 vectors, in the widest instruction set of this processor. Every variant gives the same bits: sums are kept in sixteen
/// accumulators, and products are rounded before they are added.
struct VectorKernels {
  const char* name;  ///< avx512, avx2 or portable

  /// sum[i] = left[i] + right[i]; `sum` may be either operand.
  void (*add)(float* sum, const float* left, const float* right, std::int64_t size);

  /// Whether no element is infinite or NaN.
  bool (*is_finite)(const float* values, std::int64_t size);

  double (*sum_of_squares)(const float* values, std::int64_t size);
};

/// The kernels for this processor.
const VectorKernels& vector_kernels();

/// All that this processor supports, the widest first; the last is portable.
const std::vector<VectorKernels>& all_vector_kernels();

}  // namespace galen::trainer
