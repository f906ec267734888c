#include "trainer/linear/elementary.h"

#include "galen/instruction_sets.h"

#include <algorithm>
#include <bit>
#include <cmath>

// Compiled without contraction of products and sums, so that all variants below give the same bits.
namespace galen::trainer::linear {
namespace {

constexpr double kLog2High = 0x1.62e42fefa3800p-1;  // its last bits are zero: a product with an exponent is exact
constexpr double kLog2Low = 0x1.ef35793c76730p-45;
constexpr double kRounder = 0x1.8p52;  // adding it leaves the nearest integer in the last bits

// x = n · log 2 + r with |r| ≤ log(2) / 2, and the Taylor series of e^r, whose 14th term is below the last bit.
GALEN_INLINE double exponential(double x) {
  x = std::min(std::max(x, -708.0), 708.0);
  const double shifted = x * 0x1.71547652b82fep0 + kRounder;
  const double n = shifted - kRounder;
  const double r = (x - n * kLog2High) - n * kLog2Low;
  double series = 1.0 / 6227020800;
  series = series * r + 1.0 / 479001600;
  series = series * r + 1.0 / 39916800;
  series = series * r + 1.0 / 3628800;
  series = series * r + 1.0 / 362880;
  series = series * r + 1.0 / 40320;
  series = series * r + 1.0 / 5040;
  series = series * r + 1.0 / 720;
  series = series * r + 1.0 / 120;
  series = series * r + 1.0 / 24;
  series = series * r + 1.0 / 6;
  series = series * r + 0.5;
  const double power = (series * r * r + r) + 1;
  const std::uint64_t scale = (std::bit_cast<std::uint64_t>(shifted) + 1023) << 52;
  return power * std::bit_cast<double>(scale);
}

// x = 2^n · m with m in [√½, √2), and log m = 2 artanh s with s = (m − 1) / (m + 1), |s| ≤ 0.172.
GALEN_INLINE double logarithm(double x) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcd;
  const std::uint64_t from_root = bits - kRootHalf;
  const std::uint64_t exponent = from_root & 0xfff0000000000000;
  const double m = std::bit_cast<double>(bits - exponent);
  // The exponent, biased to be positive, in the last bits of a number of 2^52.
  const double n = std::bit_cast<double>(((exponent + (std::uint64_t{1024} << 52)) >> 52 & 0xfff) | 0x4330000000000000) - (0x1p52 + 1024);
  const double s = (m - 1) / (m + 1);
  const double square = s * s;
  double series = 2.0 / 21;
  series = series * square + 2.0 / 19;
  series = series * square + 2.0 / 17;
  series = series * square + 2.0 / 15;
  series = series * square + 2.0 / 13;
  series = series * square + 2.0 / 11;
  series = series * square + 2.0 / 9;
  series = series * square + 2.0 / 7;
  series = series * square + 2.0 / 5;
  series = series * square + 2.0 / 3;
  return n * kLog2High + (2 * s + (s * (series * square) + n * kLog2Low));
}

GALEN_INLINE void exponentials_loop(const double* values, double* results, std::int64_t size) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) results[i] = exponential(values[i]);
}

GALEN_INLINE void logarithms_loop(const double* values, double* results, std::int64_t size) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) results[i] = logarithm(values[i]);
}

// Computed from e^−|score|, which cannot overflow.
GALEN_INLINE void logistic_loop(const double* scores, const double* targets, std::int64_t size, double* residuals, double* weights,
                                double* losses) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < size; ++i) {
    const double small = exponential(-std::abs(scores[i]));
    const double inverse = 1 / (1 + small);
    const double probability = scores[i] >= 0 ? inverse : small * inverse;
    residuals[i] = targets[i] - probability;
    weights[i] = small * inverse * inverse;
    losses[i] = std::max(scores[i], 0.0) - targets[i] * scores[i] + logarithm(1 + small);
  }
}

struct ElementaryLoops {
  void (*exponentials)(const double*, double*, std::int64_t);
  void (*logarithms)(const double*, double*, std::int64_t);
  void (*logistic)(const double*, const double*, std::int64_t, double*, double*, double*);
};

#define GALEN_ELEMENTARY(SUFFIX, ATTRIBUTE)                                                                                          \
  ATTRIBUTE void exponentials_##SUFFIX(const double* x, double* results, std::int64_t size) { exponentials_loop(x, results, size); } \
  ATTRIBUTE void logarithms_##SUFFIX(const double* x, double* results, std::int64_t size) { logarithms_loop(x, results, size); }     \
  ATTRIBUTE void logistic_##SUFFIX(const double* x, const double* y, std::int64_t size, double* residuals, double* weights,          \
                                   double* loss) {                                                                                   \
    logistic_loop(x, y, size, residuals, weights, loss);                                                                             \
  }                                                                                                                                  \
  constexpr ElementaryLoops SUFFIX##_loops{exponentials_##SUFFIX, logarithms_##SUFFIX, logistic_##SUFFIX};

GALEN_ELEMENTARY(avx512, GALEN_AVX512)
GALEN_ELEMENTARY(avx2, GALEN_AVX2)
GALEN_ELEMENTARY(portable, GALEN_PORTABLE)

const ElementaryLoops& elementary_loops() {
  static const ElementaryLoops loops = runnable(avx512_loops, avx2_loops, portable_loops).front();
  return loops;
}

}  // namespace

void exponentials(const double* values, double* results, std::int64_t size) { elementary_loops().exponentials(values, results, size); }

void logarithms(const double* values, double* results, std::int64_t size) { elementary_loops().logarithms(values, results, size); }

void logistic_terms(const double* scores, const double* targets, std::int64_t size, double* residuals, double* weights, double* losses) {
  elementary_loops().logistic(scores, targets, size, residuals, weights, losses);
}

}  // namespace galen::trainer::linear
