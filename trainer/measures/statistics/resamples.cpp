#include "trainer/measures/statistics/resamples.h"

#include "galen/instruction_sets.h"
#include "trainer/measures/statistics/lane_vectors.h"

#include <ATen/core/PhiloxRNGEngine.h>

#include <array>
#include <cstring>

namespace galen::trainer {
namespace {

constexpr int kLanes = Resamples::kAtOnce;
constexpr int kMost = 12;  // draws of one patient before the correction; more occur once in 10^10

// The multiplicities of patients are multinomial. Independent Poisson numbers of mean 1 have this distribution, given their sum, and need
// no memory access for each draw: from a uniform number, as the count of thresholds that it reaches. The sum is then corrected (by a few
// times √patients) by drawing more, or by removing draws chosen at random among all.
constexpr std::array<std::uint32_t, kMost> poisson_thresholds() {
  std::array<std::uint32_t, kMost> thresholds{};
  double probability = 0.36787944117144233;  // e^-1
  double sum = 0;
  for (int k = 0; k < kMost; ++k) {
    sum += probability;
    thresholds[static_cast<std::size_t>(k)] = static_cast<std::uint32_t>(sum * 4294967296.0);
    probability /= k + 1;
  }
  return thresholds;
}

constexpr std::array<std::uint32_t, kMost> kThresholds = poisson_thresholds();

// One generator for each resample: xoshiro128++ (Blackman & Vigna, 2021).
struct Generators {
  std::uint32_t state[4][kLanes];
};

struct Draw {
  Generators generators;
  std::int64_t patients;
  std::uint8_t* times;
  std::uint32_t totals[kLanes];
};

template <int kWidth>
GALEN_INLINE void draw_loop(Draw& draw) {
  using Words = typename LaneVectors<kWidth>::Words;
  constexpr int kParts = LaneVectors<kWidth>::kParts;
  Words s[4][kParts];
  Words totals[kParts] = {};
  std::memcpy(s, draw.generators.state, sizeof s);
  std::uint8_t* times = draw.times;
  for (std::int64_t patient = 0; patient < draw.patients; ++patient, times += kLanes) {
    Words counts[kParts];
#pragma GCC unroll 8
    for (int p = 0; p < kParts; ++p) {
      const Words sum = s[0][p] + s[3][p];
      const Words uniform = ((sum << 7) | (sum >> 25)) + s[0][p];
      const Words shifted = s[1][p] << 9;
      s[2][p] ^= s[0][p];
      s[3][p] ^= s[1][p];
      s[1][p] ^= s[2][p];
      s[0][p] ^= s[3][p];
      s[2][p] ^= shifted;
      s[3][p] = (s[3][p] << 11) | (s[3][p] >> 21);
      Words count = {};
#pragma GCC unroll 16
      for (const std::uint32_t threshold : kThresholds) count -= reinterpret_cast<Words>(uniform >= threshold);
      totals[p] += count;
      counts[p] = count;
    }
    std::uint32_t wide[kLanes];
    std::memcpy(wide, counts, sizeof counts);
    for (int k = 0; k < kLanes; ++k) times[k] = static_cast<std::uint8_t>(wide[k]);
  }
  std::memcpy(draw.totals, totals, sizeof totals);
}

struct Kernel {
  void (*draw)(Draw&);
};

#define GALEN_DRAW(name, target, width) \
  target void draw_##name(Draw& draw) { draw_loop<width>(draw); }

GALEN_DRAW(avx512, GALEN_AVX512, 16)
GALEN_DRAW(avx2, GALEN_AVX2, 8)
GALEN_DRAW(portable, GALEN_PORTABLE, 4)

// A number below `bound` from 64 random bits; its bias, bound / 2^64, is negligible.
std::int64_t draw_below(std::int64_t bound, at::Philox4_32& generator) {
  const std::uint64_t high = generator();
  const std::uint64_t bits = high << 32 | generator();
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>((Wide{bits} * static_cast<std::uint64_t>(bound)) >> 64);
}

// Every draw is equally likely to be removed: a patient with many draws is hit more often.
void correct(std::uint8_t* times, std::int64_t patients, std::int64_t drawn, at::Philox4_32& generator) {
  for (; drawn < patients; ++drawn) ++times[draw_below(patients, generator) * kLanes];
  while (drawn > patients) {
    std::uint8_t& of_patient = times[draw_below(patients, generator) * kLanes];
    if (draw_below(kMost, generator) >= of_patient) continue;
    --of_patient;
    --drawn;
  }
}

}  // namespace

void Resamples::draw(std::span<const std::int64_t, kAtOnce> numbers, std::vector<std::uint8_t>& times) const {
  static const Kernel kernel = runnable<Kernel>({draw_avx512}, {draw_avx2}, {draw_portable}).front();
  times.resize(static_cast<std::size_t>(patients_) * kLanes);
  std::vector<at::Philox4_32> generators;
  Draw state{{}, patients_, times.data(), {}};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    at::Philox4_32& generator = generators.emplace_back(seed_, static_cast<std::uint64_t>(numbers[lane]));
    for (auto& words : state.generators.state) words[lane] = generator();
  }
  kernel.draw(state);
  for (std::size_t lane = 0; lane < kLanes; ++lane) correct(times.data() + lane, patients_, state.totals[lane], generators[lane]);
}

}  // namespace galen::trainer
