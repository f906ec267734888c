#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// The shape of a matrix [rows, columns], in row-major order, that is approximated by left rightᵀ. The factors are in column-major order:
/// left is [rank, rows], right is [rank, columns].
struct LowRankShape {
  std::int64_t rows, columns, rank;
};

/// left rightᵀ.
struct Factors {
  const float *left, *right;
};

/// The passes over such a matrix, in the widest instruction set of this processor. Every variant gives the same bits: sums are kept in
/// sixteen accumulators, and products are rounded before they are added.
struct LowRankKernels {
  const char* name;  ///< avx512, avx2 or portable

  /// matrix += addend - left rightᵀ; then projection = matrix basis, where basis has the layout of right, and projection that of left.
  void (*accumulate)(const LowRankShape& shape, float* matrix, const float* addend, Factors factors, const float* basis, float* projection);

  /// right = matrixᵀ left.
  void (*project_rows)(const LowRankShape& shape, const float* matrix, const float* left, float* right);

  /// matrix = left rightᵀ.
  void (*expand)(const LowRankShape& shape, const float* left, const float* right, float* matrix);
};

/// The kernels for this processor.
const LowRankKernels& low_rank_kernels();

/// All that this processor supports, the widest first; the last is portable.
const std::vector<LowRankKernels>& all_low_rank_kernels();

}  // namespace galen::trainer
