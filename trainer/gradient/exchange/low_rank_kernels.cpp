#include "trainer/gradient/exchange/low_rank_kernels.h"

#include "galen/instruction_sets.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace galen::trainer {

namespace {

constexpr std::int64_t kRowBlock = 4096;  // columns at a time: part of a row stays in the L1 cache, and part of the factors in L2
constexpr int kLanes = 16;

struct Vectors {
  const float* first;
  std::int64_t stride;  // distance between two of them, in elements

  const float* operator[](std::int64_t i) const { return first + i * stride; }
};

struct Coefficients {
  const float* first;
  std::int64_t step;  // distance between two of them, in elements

  float operator[](std::int64_t i) const { return first[i * step]; }
};

// sum += sign Σ coefficients[j] vectors[j]. Four vectors at a time, because reading and writing the sum dominates the time.
GALEN_INLINE void add_combination(float* sum, std::int64_t size, float sign, Coefficients coefficients, Vectors vectors,
                                  std::int64_t count) {
  std::int64_t j = 0;
  for (; j + 4 <= count; j += 4) {
    const float a = sign * coefficients[j], b = sign * coefficients[j + 1];
    const float c = sign * coefficients[j + 2], d = sign * coefficients[j + 3];
    const float *va = vectors[j], *vb = vectors[j + 1], *vc = vectors[j + 2], *vd = vectors[j + 3];
#pragma GCC ivdep
    for (std::int64_t i = 0; i < size; ++i) sum[i] += (a * va[i] + b * vb[i]) + (c * vc[i] + d * vd[i]);
  }
  for (; j < count; ++j) {
    const float a = sign * coefficients[j];
    const float* va = vectors[j];
#pragma GCC ivdep
    for (std::int64_t i = 0; i < size; ++i) sum[i] += a * va[i];
  }
}

// sums[j] += row · vectors[j] for kCount vectors, where sums are `step` elements apart. The compiler keeps the accumulators in registers
// only if they are vectors of the width of the instruction set.
template <int kWidth, int kCount>
GALEN_INLINE void add_dots(float* sums, std::int64_t step, const float* row, std::int64_t size, Vectors vectors) {
  using Register [[gnu::vector_size(kWidth * sizeof(float))]] = float;
  constexpr int kRegisters = kLanes / kWidth;
  Register lanes[kCount][kRegisters] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
#pragma GCC unroll 4
    for (int r = 0; r < kRegisters; ++r) {
      Register left, right;
      std::memcpy(&left, row + i + r * kWidth, sizeof left);
#pragma GCC unroll 4
      for (int j = 0; j < kCount; ++j) {
        std::memcpy(&right, vectors[j] + i + r * kWidth, sizeof right);
        lanes[j][r] += left * right;
      }
    }
  }
  for (int j = 0; j < kCount; ++j) {
    std::array<float, kLanes> each;
    std::memcpy(each.data(), lanes[j], sizeof each);
    for (std::int64_t rest = i; rest < size; ++rest) each[rest - i] += row[rest] * vectors[j][rest];
    float total = 0;
    for (const float lane : each) total += lane;
    sums[j * step] += total;
  }
}

template <int kWidth>
GALEN_INLINE void accumulate_loop(const LowRankShape& shape, float* matrix, const float* addend, Factors factors, const float* basis,
                                  float* projection) {
  const auto [rows, columns, rank] = shape;
  const auto [left, right] = factors;
  std::fill_n(projection, rank * rows, 0.0f);
  for (std::int64_t begin = 0; begin < columns; begin += kRowBlock) {
    const std::int64_t size = std::min(kRowBlock, columns - begin);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* values = matrix + row * columns + begin;
      add_combination(values, size, -1, {left + row, rows}, {right + begin, columns}, rank);
      const float* added = addend + row * columns + begin;
#pragma GCC ivdep
      for (std::int64_t i = 0; i < size; ++i) values[i] += added[i];

      float* sums = projection + row;
      const Vectors vectors{basis + begin, columns};
      std::int64_t k = 0;
      for (; k + 4 <= rank; k += 4) add_dots<kWidth, 4>(sums + k * rows, rows, values, size, {vectors[k], columns});
      for (; k < rank; ++k) add_dots<kWidth, 1>(sums + k * rows, rows, values, size, {vectors[k], columns});
    }
  }
}

GALEN_INLINE void project_rows_loop(const LowRankShape& shape, const float* matrix, const float* left, float* right) {
  const auto [rows, columns, rank] = shape;
  std::fill_n(right, rank * columns, 0.0f);
  for (std::int64_t begin = 0; begin < columns; begin += kRowBlock) {
    const std::int64_t size = std::min(kRowBlock, columns - begin);
    for (std::int64_t row = 0; row < rows; row += 4) {
      const Vectors block{matrix + row * columns + begin, columns};
      const std::int64_t count = std::min<std::int64_t>(4, rows - row);
      for (std::int64_t k = 0; k < rank; ++k) {
        add_combination(right + k * columns + begin, size, 1, {left + k * rows + row, 1}, block, count);
      }
    }
  }
}

GALEN_INLINE void expand_loop(const LowRankShape& shape, const float* left, const float* right, float* matrix) {
  const auto [rows, columns, rank] = shape;
  for (std::int64_t begin = 0; begin < columns; begin += kRowBlock) {
    const std::int64_t size = std::min(kRowBlock, columns - begin);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* values = matrix + row * columns + begin;
      std::fill_n(values, size, 0.0f);
      add_combination(values, size, 1, {left + row, rows}, {right + begin, columns}, rank);
    }
  }
}

#define GALEN_KERNELS(SUFFIX, WIDTH, ATTRIBUTE)                                                                                          \
  ATTRIBUTE void accumulate_##SUFFIX(const LowRankShape& shape, float* matrix, const float* addend, Factors factors, const float* basis, \
                                     float* projection) {                                                                                \
    accumulate_loop<WIDTH>(shape, matrix, addend, factors, basis, projection);                                                           \
  }                                                                                                                                      \
  ATTRIBUTE void project_rows_##SUFFIX(const LowRankShape& shape, const float* matrix, const float* left, float* right) {                \
    project_rows_loop(shape, matrix, left, right);                                                                                       \
  }                                                                                                                                      \
  ATTRIBUTE void expand_##SUFFIX(const LowRankShape& shape, const float* left, const float* right, float* matrix) {                      \
    expand_loop(shape, left, right, matrix);                                                                                             \
  }                                                                                                                                      \
  constexpr LowRankKernels SUFFIX{#SUFFIX, accumulate_##SUFFIX, project_rows_##SUFFIX, expand_##SUFFIX};

GALEN_KERNELS(avx512, 16, GALEN_AVX512)
GALEN_KERNELS(avx2, 8, GALEN_AVX2)
GALEN_KERNELS(portable, 4, GALEN_PORTABLE)

}  // namespace

const std::vector<LowRankKernels>& all_low_rank_kernels() {
  static const std::vector<LowRankKernels> kernels = runnable(avx512, avx2, portable);
  return kernels;
}

const LowRankKernels& low_rank_kernels() { return all_low_rank_kernels().front(); }

}  // namespace galen::trainer
