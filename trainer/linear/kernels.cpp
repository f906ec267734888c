#include "trainer/linear/kernels.h"

#include "galen/instruction_sets.h"

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Compiled without contraction of products and sums: fused operations stand where they are meant.
namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kWide = kPanelColumns;

// Calls tile(left, right, sums) for each tile, with the columns of `left` and `right` that it is made of.
template <typename Tile>
GALEN_INLINE void for_each_tile(const double* left, const double* right, std::int64_t panels, double* tiles, Tile tile) {
  for (std::int64_t group = 0; group < 2 * panels; ++group) {
    const double* columns = left + group / 2 * kPanelSize + group % 2 * kTileRows;
    for (std::int64_t panel = group / 2; panel < panels; ++panel, tiles += kTileSize) tile(columns, right + panel * kPanelSize, tiles);
  }
}

#if defined(__x86_64__)
// 16 registers of sums: two for each of 8 columns on the left.
GALEN_AVX512 void tile_avx512(const double* left, const double* right, std::int64_t rows, double* tile) {
  __m512d sums[kTileRows][2];
  for (int i = 0; i < kTileRows; ++i) {
    sums[i][0] = _mm512_loadu_pd(tile + i * kWide);
    sums[i][1] = _mm512_loadu_pd(tile + i * kWide + 8);
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    const __m512d first = _mm512_loadu_pd(right + r * kWide);
    const __m512d second = _mm512_loadu_pd(right + r * kWide + 8);
#pragma GCC unroll 8
    for (int i = 0; i < kTileRows; ++i) {
      const __m512d factor = _mm512_set1_pd(left[r * kWide + i]);
      sums[i][0] = _mm512_fmadd_pd(factor, first, sums[i][0]);
      sums[i][1] = _mm512_fmadd_pd(factor, second, sums[i][1]);
    }
  }
  for (int i = 0; i < kTileRows; ++i) {
    _mm512_storeu_pd(tile + i * kWide, sums[i][0]);
    _mm512_storeu_pd(tile + i * kWide + 8, sums[i][1]);
  }
}

GALEN_AVX512 void gram_avx512(const double* left, const double* right, std::int64_t panels, std::int64_t rows, double* tiles) {
  for_each_tile(left, right, panels, tiles, [rows](const double* a, const double* b, double* tile) { tile_avx512(a, b, rows, tile); });
}

// A quarter of a tile at a time, 4 × 8: eight of the sixteen registers are sums. The same chains as with wider registers.
#define GALEN_AVX2_FUSED [[gnu::target("avx2,fma")]]
GALEN_AVX2_FUSED void tile_avx2(const double* left, const double* right, std::int64_t rows, double* tile) {
  __m256d sums[4][2];
  for (int i = 0; i < 4; ++i) {
    sums[i][0] = _mm256_loadu_pd(tile + i * kWide);
    sums[i][1] = _mm256_loadu_pd(tile + i * kWide + 4);
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    const __m256d first = _mm256_loadu_pd(right + r * kWide);
    const __m256d second = _mm256_loadu_pd(right + r * kWide + 4);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m256d factor = _mm256_broadcast_sd(left + r * kWide + i);
      sums[i][0] = _mm256_fmadd_pd(factor, first, sums[i][0]);
      sums[i][1] = _mm256_fmadd_pd(factor, second, sums[i][1]);
    }
  }
  for (int i = 0; i < 4; ++i) {
    _mm256_storeu_pd(tile + i * kWide, sums[i][0]);
    _mm256_storeu_pd(tile + i * kWide + 4, sums[i][1]);
  }
}

GALEN_AVX2_FUSED void gram_avx2(const double* left, const double* right, std::int64_t panels, std::int64_t rows, double* tiles) {
  for_each_tile(left, right, panels, tiles, [rows](const double* a, const double* b, double* tile) {
    for (int row = 0; row < kTileRows; row += 4) {
      for (int column = 0; column < kWide; column += 8) tile_avx2(a + row, b + column, rows, tile + row * kWide + column);
    }
  });
}
#else
constexpr auto* gram_avx512 = static_cast<decltype(Kernels::gram)>(nullptr);
constexpr auto* gram_avx2 = static_cast<decltype(Kernels::gram)>(nullptr);
#endif

void gram_portable(const double* left, const double* right, std::int64_t panels, std::int64_t rows, double* tiles) {
  for_each_tile(left, right, panels, tiles, [rows](const double* a, const double* b, double* tile) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (int i = 0; i < kTileRows; ++i) {
        for (int j = 0; j < kWide; ++j) tile[i * kWide + j] += a[r * kWide + i] * b[r * kWide + j];
      }
    }
  });
}

// Half a row of a panel, wherever it lies; narrower registers take several.
using Eight = double __attribute__((vector_size(64), aligned(8), may_alias));

GALEN_INLINE void weigh_loop(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* weighted) {
  for (std::int64_t panel = 0; panel < panels; ++panel, block += kPanelSize, weighted += kPanelSize) {
    const auto* from = reinterpret_cast<const Eight*>(block);
    auto* to = reinterpret_cast<Eight*>(weighted);
    for (std::int64_t r = 0; r < rows; ++r) {
      to[2 * r] = from[2 * r] * weights[r];
      to[2 * r + 1] = from[2 * r + 1] * weights[r];
    }
  }
}

// Sixteen partial sums a row, over the panels; then these are added in pairs, whatever the number of columns.
GALEN_INLINE void products_loop(const double* block, const double* coefficients, std::int64_t panels, std::int64_t rows, double* products) {
  for (std::int64_t r = 0; r < rows; ++r) {
    Eight first{}, second{};
    for (std::int64_t panel = 0; panel < panels; ++panel) {
      const auto* values = reinterpret_cast<const Eight*>(block + panel * kPanelSize + r * kWide);
      const auto* factors = reinterpret_cast<const Eight*>(coefficients + panel * kWide);
      first += values[0] * factors[0];
      second += values[1] * factors[1];
    }
    const Eight sum = first + second;
    products[r] = ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
  }
}

// Four chains of rows a column, so that additions need not wait for each other.
GALEN_INLINE void sums_loop(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums) {
  for (std::int64_t panel = 0; panel < panels; ++panel, block += kPanelSize, sums += kWide) {
    const auto* values = reinterpret_cast<const Eight*>(block);
    Eight first[4]{}, second[4]{};
    std::int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
#pragma GCC unroll 4
      for (int chain = 0; chain < 4; ++chain) {
        first[chain] += values[2 * (r + chain)] * factors[r + chain];
        second[chain] += values[2 * (r + chain) + 1] * factors[r + chain];
      }
    }
    for (; r < rows; ++r) {
      first[0] += values[2 * r] * factors[r];
      second[0] += values[2 * r + 1] * factors[r];
    }
    auto* total = reinterpret_cast<Eight*>(sums);
    total[0] += (first[0] + first[1]) + (first[2] + first[3]);
    total[1] += (second[0] + second[1]) + (second[2] + second[3]);
  }
}

GALEN_INLINE void subtract_loop(double* values, const double* others, double factor, std::int64_t size) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) values[i] -= factor * others[i];
}

#define GALEN_LINEAR_KERNELS(SUFFIX, ATTRIBUTE)                                                                                            \
  ATTRIBUTE void weigh_##SUFFIX(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* weighted) {    \
    weigh_loop(block, weights, panels, rows, weighted);                                                                                    \
  }                                                                                                                                        \
  ATTRIBUTE void products_##SUFFIX(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* products) { \
    products_loop(block, factors, panels, rows, products);                                                                                 \
  }                                                                                                                                        \
  ATTRIBUTE void sums_##SUFFIX(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums) {         \
    sums_loop(block, factors, panels, rows, sums);                                                                                         \
  }                                                                                                                                        \
  ATTRIBUTE void subtract_##SUFFIX(double* values, const double* others, double factor, std::int64_t size) {                               \
    subtract_loop(values, others, factor, size);                                                                                           \
  }                                                                                                                                        \
  constexpr Kernels SUFFIX##_kernels{#SUFFIX, gram_##SUFFIX, weigh_##SUFFIX, products_##SUFFIX, sums_##SUFFIX, subtract_##SUFFIX};

GALEN_LINEAR_KERNELS(avx512, GALEN_AVX512)
GALEN_LINEAR_KERNELS(avx2, GALEN_AVX2)
GALEN_LINEAR_KERNELS(portable, GALEN_PORTABLE)

}  // namespace

const std::vector<Kernels>& all_kernels() {
  static const std::vector<Kernels> variants = [] {
    std::vector<Kernels> found = runnable(avx512_kernels, avx2_kernels, portable_kernels);
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("fma")) std::erase_if(found, [](const Kernels& each) { return each.gram == gram_avx2; });
#endif
    return found;
  }();
  return variants;
}

const Kernels& kernels() { return all_kernels().front(); }

}  // namespace galen::trainer::linear
