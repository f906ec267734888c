#include "trainer/measures/statistics/average_precision.h"

#include "galen/error.h"
#include "galen/instruction_sets.h"
#include "trainer/measures/statistics/lane_vectors.h"

#include <cstring>
#include <limits>
#include <span>

namespace galen::trainer {
namespace {

constexpr int kLanes = Resamples::kAtOnce;

struct Pass {
  std::span<const std::int32_t> steps;
  const std::uint8_t* times;
  double* values;  // [kLanes]
};

// Samples are counted in integers; a division is needed only at thresholds with positives.
template <int kWidth>
GALEN_INLINE void evaluate_loop(const Pass& pass) {
  using Vectors = LaneVectors<kWidth>;
  using Doubles = typename Vectors::Doubles;
  using Integers = typename Vectors::Integers;
  constexpr int kParts = Vectors::kParts;
  constexpr std::size_t kAhead = 16;  // accesses to the table are random
  Integers all[kParts] = {}, found[kParts] = {}, tied[kParts] = {};
  Doubles sums[kParts] = {};
  bool has_positives = false;
  for (std::size_t i = 0; i < pass.steps.size(); ++i) {
    if (i + kAhead < pass.steps.size()) __builtin_prefetch(pass.times + static_cast<std::int64_t>(pass.steps[i + kAhead] >> 2) * kLanes);
    const std::int32_t step = pass.steps[i];
    Integers drawn[kParts];
    load_row<kWidth>(pass.times + static_cast<std::int64_t>(step >> 2) * kLanes, drawn);
#pragma GCC unroll 8
    for (int p = 0; p < kParts; ++p) all[p] += drawn[p];
    if ((step & 2) != 0) {
      has_positives = true;
#pragma GCC unroll 8
      for (int p = 0; p < kParts; ++p) tied[p] += drawn[p];
    }
    if ((step & 1) == 0 || !has_positives) continue;
#pragma GCC unroll 8
    for (int p = 0; p < kParts; ++p) {
      found[p] += tied[p];
      const Integers at_least_one = all[p] - reinterpret_cast<Integers>(all[p] == 0);  // a true comparison is -1
      const Doubles precision = __builtin_convertvector(found[p], Doubles) / __builtin_convertvector(at_least_one, Doubles);
      sums[p] += __builtin_convertvector(tied[p], Doubles) * precision;
      tied[p] = Integers{};
    }
    has_positives = false;
  }
#pragma GCC unroll 8
  for (int p = 0; p < kParts; ++p) sums[p] /= __builtin_convertvector(found[p], Doubles);  // 0 / 0 without positives
  std::memcpy(pass.values, sums, sizeof sums);
}

struct Kernel {
  void (*evaluate)(const Pass&);
};

#define GALEN_EVALUATE(name, target, width) \
  target void evaluate_##name(const Pass& pass) { evaluate_loop<width>(pass); }

GALEN_EVALUATE(avx512, GALEN_AVX512, 8)
GALEN_EVALUATE(avx2, GALEN_AVX2, 4)
GALEN_EVALUATE(portable, GALEN_PORTABLE, 2)

// The counts of samples at and above a threshold.
struct Threshold {
  std::size_t first;  // of its samples in sorted order; they end where the next one's begin
  double positives;   // at the threshold itself
  double found;
  double all;
};

template <typename IsPositive, typename EndsTie>
std::vector<Threshold> thresholds_of(std::size_t samples, IsPositive is_positive, EndsTie ends_tie) {
  std::vector<Threshold> thresholds;
  Threshold sum{0, 0, 0, 0};
  for (std::size_t i = 0; i < samples; ++i) {
    sum.positives += is_positive(i) ? 1 : 0;
    sum.all += 1;
    if (!ends_tie(i)) continue;
    sum.found += sum.positives;
    thresholds.push_back(sum);
    sum.first = i + 1;
    sum.positives = 0;
  }
  return thresholds;
}

}  // namespace

double average_precision(const Roc& roc) {
  const std::vector<Roc::Entry>& ascending = roc.ascending();
  if (roc.has_nan() || roc.positives() == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t last = ascending.size() - 1;
  // From above, a tie ends where the next lower score ends its own.
  const auto thresholds = thresholds_of(
      ascending.size(), [&](std::size_t i) { return ascending[last - i].positive; },
      [&](std::size_t i) { return i == last || ascending[last - i - 1].ends_tie; });
  double sum = 0;
  for (const Threshold& threshold : thresholds) sum += threshold.positives * (threshold.found / threshold.all);
  return sum / thresholds.back().found;
}

AveragePrecision::AveragePrecision(const Roc& roc, const Patients& patients) : patients_(patients.count()) {
  if (patients_ >= std::int64_t{1} << 29) throw Error("{} patients: an average precision takes at most 2^29.", patients_);
  const std::vector<Roc::Entry>& ascending = roc.ascending();
  for (std::size_t i = ascending.size(); i-- > 0;) {
    const bool ends_tie = i == 0 || ascending[i - 1].ends_tie;
    steps_.push_back(4 * patients.of(ascending[i].sample) + (ascending[i].positive ? 2 : 0) + (ends_tie ? 1 : 0));
  }
}

void AveragePrecision::evaluate(const std::uint8_t* times, double* values) const {
  static const Kernel kernel = runnable<Kernel>({evaluate_avx512}, {evaluate_avx2}, {evaluate_portable}).front();
  kernel.evaluate({steps_, times, values});
}

// A sample's weight w enters the counts of its own threshold and of all below: with f and a for what is found and all at and above,
// AP = Σ p f/a / Σ p, so that a positive one moves it by own f/a + Σ_below p/a - AP, and any by -Σ_below p f/a², each over Σ p.
std::vector<double> AveragePrecision::influences(std::size_t) const {
  const auto thresholds = thresholds_of(
      steps_.size(), [&](std::size_t i) { return (steps_[i] & 2) != 0; }, [&](std::size_t i) { return (steps_[i] & 1) != 0; });
  const double positives = thresholds.back().found;
  double whole = 0;
  for (const Threshold& threshold : thresholds) whole += threshold.positives * threshold.found / threshold.all / positives;

  std::vector<double> result(static_cast<std::size_t>(patients_));
  double gained = 0;
  double lost = 0;
  std::size_t end = steps_.size();
  for (std::size_t t = thresholds.size(); t-- > 0;) {
    const auto& [first, own, found, all] = thresholds[t];
    gained += own / all;
    lost += own * found / (all * all);
    for (std::size_t i = first; i < end; ++i) {
      const double of_positive = (steps_[i] & 2) != 0 ? found / all + gained - whole : 0;
      result[static_cast<std::size_t>(steps_[i] >> 2)] += (of_positive - lost) / positives;
    }
    end = first;
  }
  return result;
}

}  // namespace galen::trainer
