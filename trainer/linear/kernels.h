#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// Rows that are worked on at a time, and columns of a panel.
inline constexpr std::int64_t kBlockRows = 128;
inline constexpr std::int64_t kPanelColumns = 16;
inline constexpr std::int64_t kPanelSize = kBlockRows * kPanelColumns;

/// A block of up to kBlockRows rows lies in panels of 16 columns, each [kBlockRows, 16] row by row; the last one is filled up with zeros.
inline std::int64_t panels_of(std::int64_t columns) { return (columns + kPanelColumns - 1) / kPanelColumns; }

/// The upper triangle of a Gram matrix lies in tiles of 8 × 16, each row by row: for each group of 8 rows those tiles that reach the
/// diagonal or lie right of it, from left to right.
inline constexpr std::int64_t kTileRows = 8;
inline constexpr std::int64_t kTileSize = kTileRows * kPanelColumns;
inline std::int64_t tiles_of(std::int64_t panels) { return panels * (panels + 1); }

/// Loops over blocks, for one set of instructions. An element of a sum is one chain of additions over the rows, in their order, whatever
/// its place, its neighbours and its address; so bits are the same on all processors that run the same variant.
struct Kernels {
  const char* name;

  /// tiles += leftᵀ · right over `rows` rows.
  void (*gram)(const double* left, const double* right, std::int64_t panels, std::int64_t rows, double* tiles);

  /// weighted = panels, each row times its weight.
  void (*weigh)(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* weighted);

  /// products[r] = Σ_c block[r, c] · coefficients[c]; coefficients: [16 · panels].
  void (*products)(const double* block, const double* coefficients, std::int64_t panels, std::int64_t rows, double* products);

  /// sums[c] += Σ_r block[r, c] · factors[r]; sums: [16 · panels].
  void (*sums)(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums);

  void (*subtract)(double* values, const double* others, double factor, std::int64_t size);  ///< values −= factor · others
};

const Kernels& kernels();                   ///< for the widest instructions of this processor
const std::vector<Kernels>& all_kernels();  ///< all that this processor can run

}  // namespace galen::trainer::linear
