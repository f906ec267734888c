#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// Rows of a block, and columns of a panel.
inline constexpr std::int64_t kBlockRows = 128;
inline constexpr std::int64_t kPanelColumns = 8;
inline constexpr std::int64_t kPanelSize = kBlockRows * kPanelColumns;

/// A row of a panel, in one cache line.
struct alignas(64) PanelRow {
  double values[kPanelColumns];
};

/// A block of up to kBlockRows rows is stored in panels of 8 columns, each [kBlockRows, 8] in row-major order; the last is padded with
/// zeros.
inline std::int64_t panels_of(std::int64_t columns) { return (columns + kPanelColumns - 1) / kPanelColumns; }

/// The upper triangle of a Gram matrix is stored in tiles of 8 × 8, each in row-major order: for each panel on the right those with the
/// panels up to it.
inline constexpr std::int64_t kTileSize = kPanelColumns * kPanelColumns;
inline std::int64_t tiles_of(std::int64_t panels) { return panels * (panels + 1) / 2; }

/// The columns of a block: a 1 for the intercept, then (value − centre) · factor of `width` − 1 columns of a table. Each array is
/// [8 · panels_of(width)]; the first element, and those beyond `width`, are not used.
struct Packing {
  std::int64_t width = 1;
  const std::int64_t* columns = nullptr;  ///< ascending
  const double* centre = nullptr;
  const double* factor = nullptr;
};

/// Memory that is read next: it is prefetched in parts during the arithmetic.
struct Upcoming {
  const double* begin = nullptr;
  std::int64_t size = 0;
};

/// Loops over blocks, for one instruction set. An element of a sum is one chain of additions over the rows, in order, independent of its
/// place, its neighbours and its address. So bits are the same on all processors that run the same variant, and AVX-512 and AVX2 give the
/// same.
struct Kernels {
  const char* name;

  /// Packs rows of a table with `stride` columns into panels.
  void (*pack)(const double* values, std::int64_t stride, const Packing& packing, std::int64_t rows, double* block);

  /// tiles += blockᵀ · diag(weights) · block over `rows` rows; `weights` null: all 1.
  void (*gram)(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* tiles, Upcoming upcoming);

  /// products[r] = Σ_c block[r, c] · coefficients[c]; coefficients: [8 · panels].
  void (*products)(const double* block, const double* coefficients, std::int64_t panels, std::int64_t rows, double* products);

  /// sums[c] += Σ_r block[r, c] · factors[r]; sums: [8 · panels].
  void (*sums)(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums);

  void (*subtract)(double* values, const double* others, double factor, std::int64_t size);  ///< values −= factor · others
};

const Kernels& kernels();                   ///< for this processor's widest instruction set
const std::vector<Kernels>& all_kernels();  ///< all that this processor supports

}  // namespace galen::trainer::linear
