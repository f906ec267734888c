#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// Of a matrix [rows, columns], row by row, that is approximated by the product left rightᵀ. The factors lie column by column: left is
/// [rank, rows], right is [rank, columns].
struct LowRankShape {
  std::int64_t rows, columns, rank;
};

/// left rightᵀ.
struct Factors {
  const float *left, *right;
};

/// The passes over such a matrix, in the widest instructions that this processor has. Every variant gives the same bits: sums are kept in
/// sixteen lanes, and products are rounded before they are added.
struct LowRankKernels {
  const char* name;  ///< avx512, avx2 or portable

  /// matrix += addend - left rightᵀ; then projection = matrix basis, where basis lies as right does, and projection as left.
  void (*accumulate)(const LowRankShape& shape, float* matrix, const float* addend, Factors factors, const float* basis, float* projection);

  /// right = matrixᵀ left.
  void (*project_rows)(const LowRankShape& shape, const float* matrix, const float* left, float* right);

  /// matrix = left rightᵀ.
  void (*expand)(const LowRankShape& shape, const float* left, const float* right, float* matrix);
};

/// Those of this processor.
const LowRankKernels& low_rank_kernels();

/// All that this processor can run, the widest first; the last is portable.
const std::vector<LowRankKernels>& all_low_rank_kernels();

}  // namespace galen::trainer
