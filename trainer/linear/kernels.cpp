#include "trainer/linear/kernels.h"

#include "galen/instruction_sets.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Compiled without contraction of products and sums: fused operations are explicit.
namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kWide = kPanelColumns;
constexpr std::int64_t kMostRight = 3;  // panels of the right side at a time: 24 registers of sums, and 24 KiB that stay in the cache

// The numbers of a panel's row, in registers of one width.
struct Eight {
  using Vector = double __attribute__((vector_size(64), aligned(8), may_alias));
};
struct Four {
  using Vector = double __attribute__((vector_size(32), aligned(8), may_alias));
};

template <typename Width>
GALEN_INLINE const typename Width::Vector& vector_at(const double* values) {
  return *reinterpret_cast<const typename Width::Vector*>(values);
}
template <typename Width>
GALEN_INLINE typename Width::Vector& vector_at(double* values) {
  return *reinterpret_cast<typename Width::Vector*>(values);
}

// The number of registers of a row, and the numbers in each.
template <typename Width>
constexpr std::int64_t kParts = kWide * sizeof(double) / sizeof(typename Width::Vector);
template <typename Width>
constexpr std::int64_t kPart = kWide / kParts<Width>;

// If the columns of a panel are consecutive in the table they are read at once, with a neighbour or two that are then replaced; not in rows
// where this would read beyond the table's end.
GALEN_INLINE void pack_loop(const double* values, std::int64_t stride, const Packing& packing, std::int64_t rows, double* block) {
  using Width = Four;
  using Vector = Width::Vector;
  using Flags = decltype(Vector{} < Vector{});
  const std::int64_t panels = panels_of(packing.width);
  for (std::int64_t panel = 0; panel < panels; ++panel) {
    const std::int64_t begin = panel * kWide, first = panel == 0 ? 1 : 0;
    const std::int64_t end = std::min(packing.width - begin, kWide);
    const std::int64_t* columns = packing.columns + begin;
    const double* centre = packing.centre + begin;
    const double* factor = packing.factor + begin;
    const bool neighbours = end > first && columns[end - 1] - columns[first] == end - 1 - first;
    const bool whole = first == 0 && end == kWide;
    const std::int64_t offset = end > first ? columns[first] - first : 0;
    alignas(64) double others[kWide] = {panel == 0 ? 1.0 : 0.0};
    alignas(64) double numbers[kWide] = {0, 1, 2, 3, 4, 5, 6, 7};
    Vector centres[kParts<Width>], factors[kParts<Width>], rest[kParts<Width>];
    Flags used[kParts<Width>];
    for (std::int64_t part = 0; part < kParts<Width>; ++part) {
      const std::int64_t at = part * kPart<Width>;
      centres[part] = vector_at<Width>(centre + at);
      factors[part] = vector_at<Width>(factor + at);
      rest[part] = vector_at<Width>(others + at);
      const Vector& number = vector_at<Width>(numbers + at);
      used[part] = (number >= static_cast<double>(first)) & (number < static_cast<double>(end));
    }
    double* to = block + panel * kPanelSize;
    for (std::int64_t r = 0; r < rows; ++r, to += kWide) {
      const std::int64_t place = r * stride + offset;
      if (neighbours && place >= 0 && place + kWide <= rows * stride) {
        for (std::int64_t part = 0; part < kParts<Width>; ++part) {
          const std::int64_t at = part * kPart<Width>;
          const Vector scaled = (vector_at<Width>(values + place + at) - centres[part]) * factors[part];
          if (whole) {
            vector_at<Width>(to + at) = scaled;
          } else {
            vector_at<Width>(to + at) = used[part] ? scaled : rest[part];
          }
        }
        continue;
      }
      std::copy_n(others, kWide, to);
      for (std::int64_t i = first; i < end; ++i) to[i] = (values[r * stride + columns[i]] - centre[i]) * factor[i];
    }
  }
}

template <typename Width>
GALEN_INLINE void weigh_loop(const double* panel, const double* weights, std::int64_t rows, double* weighted) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t at = r * kWide; at < (r + 1) * kWide; at += kPart<Width>) {
      vector_at<Width>(weighted + at) = vector_at<Width>(panel + at) * weights[r];
    }
  }
}

// Prefetches memory in a given number of calls; without memory to prefetch it touches a place that is read anyway.
class Prefetcher {
 public:
  Prefetcher(Upcoming memory, const double* elsewhere, std::int64_t calls)
      : at_(reinterpret_cast<const char*>(memory.begin != nullptr ? memory.begin : elsewhere)),
        step_((memory.size * static_cast<std::int64_t>(sizeof(double)) + calls - 1) / std::max<std::int64_t>(calls, 1)) {}

  GALEN_INLINE void fetch(std::int64_t calls) {
    __builtin_prefetch(at_, 0, 2);
    at_ += calls * step_;
  }

 private:
  const char* at_;
  std::int64_t step_;
};

constexpr std::int64_t kFetchesOfTile = 2;  // for each row, one for half a tile

// Calls tiles(left, right, count, first tile's place by panel) once for each pair of panels of the upper triangle: up to three panels on
// the right stay in the cache for all on their left. A group of fewer than three comes first, where it has the fewest on its left.
template <typename Width, typename Tiles>
GALEN_INLINE void for_each_tiles(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* tiles,
                                 Tiles add) {
  alignas(64) double weighted[kMostRight * kPanelSize];
  for (std::int64_t first = 0; first < panels;) {
    const std::int64_t count = (panels - first) % kMostRight == 0 ? kMostRight : (panels - first) % kMostRight;
    const double* right = block + first * kPanelSize;
    if (weights != nullptr) {
      for (std::int64_t i = 0; i < count; ++i) weigh_loop<Width>(right + i * kPanelSize, weights, rows, weighted + i * kPanelSize);
      right = weighted;
    }
    for (std::int64_t left = 0; left < first + count; ++left) {
      const std::int64_t skipped = std::max<std::int64_t>(left - first, 0);  // left of the diagonal
      double* sums[kMostRight] = {};
      for (std::int64_t i = skipped; i < count; ++i) sums[i - skipped] = tiles + (tiles_of(first + i) + left) * kTileSize;
      add(block + left * kPanelSize, right + skipped * kPanelSize, count - skipped, sums);
    }
    first += count;
  }
}

#if defined(__x86_64__)
template <int kCount>
GALEN_AVX512 void tiles_avx512(const double* left, const double* right, std::int64_t rows, double* const* tiles, Prefetcher& ahead) {
  __m512d sums[kCount][kWide];
#pragma GCC unroll 3
  for (int n = 0; n < kCount; ++n) {
#pragma GCC unroll 8
    for (int i = 0; i < kWide; ++i) sums[n][i] = _mm512_loadu_pd(tiles[n] + i * kWide);
  }
  Prefetcher fetcher = ahead;
  for (std::int64_t r = 0; r < rows; ++r) {
    __m512d row[kCount];
#pragma GCC unroll 3
    for (int n = 0; n < kCount; ++n) row[n] = _mm512_loadu_pd(right + n * kPanelSize + r * kWide);
    fetcher.fetch(kCount * kFetchesOfTile);
#pragma GCC unroll 8
    for (int i = 0; i < kWide; ++i) {
      const __m512d factor = _mm512_set1_pd(left[r * kWide + i]);
#pragma GCC unroll 3
      for (int n = 0; n < kCount; ++n) sums[n][i] = _mm512_fmadd_pd(factor, row[n], sums[n][i]);
    }
  }
  ahead = fetcher;
#pragma GCC unroll 3
  for (int n = 0; n < kCount; ++n) {
#pragma GCC unroll 8
    for (int i = 0; i < kWide; ++i) _mm512_storeu_pd(tiles[n] + i * kWide, sums[n][i]);
  }
}

GALEN_AVX512 void gram_avx512(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* tiles,
                              Upcoming upcoming) {
  Prefetcher ahead(upcoming, block, kFetchesOfTile * tiles_of(panels) * rows);
  for_each_tiles<Eight>(block, weights, panels, rows, tiles,
                        [&](const double* left, const double* right, std::int64_t count, double* const* sums) {
                          if (count == 3) tiles_avx512<3>(left, right, rows, sums, ahead);
                          if (count == 2) tiles_avx512<2>(left, right, rows, sums, ahead);
                          if (count == 1) tiles_avx512<1>(left, right, rows, sums, ahead);
                        });
}

// Half a tile at a time, 4 × 8: eight of the sixteen registers are sums. The chains are the same as with wider registers.
#define GALEN_AVX2_FUSED [[gnu::target("avx2,fma")]]
GALEN_AVX2_FUSED void half_tile_avx2(const double* left, const double* right, std::int64_t rows, double* tile, Prefetcher& ahead) {
  __m256d sums[4][2];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    sums[i][0] = _mm256_loadu_pd(tile + i * kWide);
    sums[i][1] = _mm256_loadu_pd(tile + i * kWide + 4);
  }
  Prefetcher fetcher = ahead;
  for (std::int64_t r = 0; r < rows; ++r) {
    const __m256d first = _mm256_loadu_pd(right + r * kWide);
    const __m256d second = _mm256_loadu_pd(right + r * kWide + 4);
    fetcher.fetch(1);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m256d factor = _mm256_broadcast_sd(left + r * kWide + i);
      sums[i][0] = _mm256_fmadd_pd(factor, first, sums[i][0]);
      sums[i][1] = _mm256_fmadd_pd(factor, second, sums[i][1]);
    }
  }
  ahead = fetcher;
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    _mm256_storeu_pd(tile + i * kWide, sums[i][0]);
    _mm256_storeu_pd(tile + i * kWide + 4, sums[i][1]);
  }
}

GALEN_AVX2_FUSED void gram_avx2(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* tiles,
                                Upcoming upcoming) {
  Prefetcher ahead(upcoming, block, kFetchesOfTile * tiles_of(panels) * rows);
  for_each_tiles<Four>(block, weights, panels, rows, tiles,
                       [&](const double* left, const double* right, std::int64_t count, double* const* sums) {
                         for (std::int64_t i = 0; i < 2 * count; ++i) {
                           const std::int64_t half = i % 2 * 4;
                           half_tile_avx2(left + half, right + i / 2 * kPanelSize, rows, sums[i / 2] + half * kWide, ahead);
                         }
                       });
}
#else
constexpr auto* gram_avx512 = static_cast<decltype(Kernels::gram)>(nullptr);
constexpr auto* gram_avx2 = static_cast<decltype(Kernels::gram)>(nullptr);
#endif

void gram_portable(const double* block, const double* weights, std::int64_t panels, std::int64_t rows, double* tiles,
                   Upcoming /*upcoming*/) {
  for_each_tiles<Eight>(block, weights, panels, rows, tiles,
                        [rows](const double* left, const double* right, std::int64_t count, double* const* sums) {
                          for (std::int64_t n = 0; n < count; ++n) {
                            for (std::int64_t r = 0; r < rows; ++r) {
                              const Eight::Vector row = vector_at<Eight>(right + n * kPanelSize + r * kWide);
                              for (int i = 0; i < kWide; ++i) vector_at<Eight>(sums[n] + i * kWide) += left[r * kWide + i] * row;
                            }
                          }
                        });
}

// Eight partial sums in a row, over the panels; then these are added in pairs, for any number of columns.
template <typename Width>
GALEN_INLINE void products_loop(const double* block, const double* coefficients, std::int64_t panels, std::int64_t rows, double* products) {
  for (std::int64_t r = 0; r < rows; ++r) {
    typename Width::Vector sums[kParts<Width>]{};
    for (std::int64_t panel = 0; panel < panels; ++panel) {
      for (std::int64_t part = 0; part < kParts<Width>; ++part) {
        const std::int64_t at = part * kPart<Width>;
        sums[part] += vector_at<Width>(block + panel * kPanelSize + r * kWide + at) * vector_at<Width>(coefficients + panel * kWide + at);
      }
    }
    const auto sum = [&sums](std::int64_t i) { return sums[i / kPart<Width>][i % kPart<Width>]; };
    products[r] = ((sum(0) + sum(4)) + (sum(2) + sum(6))) + ((sum(1) + sum(5)) + (sum(3) + sum(7)));
  }
}

// Four chains of rows in a column, so that additions need not wait for each other.
template <typename Width>
GALEN_INLINE void sums_loop(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums) {
  constexpr std::int64_t kChains = 4;
  for (std::int64_t part = 0; part < panels * kParts<Width>; ++part) {
    const double* values = block + part / kParts<Width> * kPanelSize + part % kParts<Width> * kPart<Width>;
    typename Width::Vector chains[kChains]{};
    std::int64_t r = 0;
    for (; r + kChains <= rows; r += kChains) {
#pragma GCC unroll 4
      for (std::int64_t chain = 0; chain < kChains; ++chain) {
        chains[chain] += vector_at<Width>(values + (r + chain) * kWide) * factors[r + chain];
      }
    }
    for (; r < rows; ++r) chains[0] += vector_at<Width>(values + r * kWide) * factors[r];
    vector_at<Width>(sums + part * kPart<Width>) += (chains[0] + chains[1]) + (chains[2] + chains[3]);
  }
}

GALEN_INLINE void subtract_loop(double* values, const double* others, double factor, std::int64_t size) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) values[i] -= factor * others[i];
}

#define GALEN_LINEAR_KERNELS(SUFFIX, ATTRIBUTE, WIDTH)                                                                                     \
  ATTRIBUTE void pack_##SUFFIX(const double* values, std::int64_t stride, const Packing& packing, std::int64_t rows, double* block) {      \
    pack_loop(values, stride, packing, rows, block);                                                                                       \
  }                                                                                                                                        \
  ATTRIBUTE void products_##SUFFIX(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* products) { \
    products_loop<WIDTH>(block, factors, panels, rows, products);                                                                          \
  }                                                                                                                                        \
  ATTRIBUTE void sums_##SUFFIX(const double* block, const double* factors, std::int64_t panels, std::int64_t rows, double* sums) {         \
    sums_loop<WIDTH>(block, factors, panels, rows, sums);                                                                                  \
  }                                                                                                                                        \
  ATTRIBUTE void subtract_##SUFFIX(double* values, const double* others, double factor, std::int64_t size) {                               \
    subtract_loop(values, others, factor, size);                                                                                           \
  }                                                                                                                                        \
  constexpr Kernels SUFFIX##_kernels{#SUFFIX, pack_##SUFFIX, gram_##SUFFIX, products_##SUFFIX, sums_##SUFFIX, subtract_##SUFFIX};

GALEN_LINEAR_KERNELS(avx512, GALEN_AVX512, Eight)
GALEN_LINEAR_KERNELS(avx2, GALEN_AVX2, Four)
GALEN_LINEAR_KERNELS(portable, GALEN_PORTABLE, Eight)

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
