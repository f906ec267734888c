#include "trainer/randomness.h"

#include <ATen/Context.h>

#include <mutex>

namespace galen::trainer {

namespace {

// The finaliser of SplitMix64 (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

void seed_lane(std::uint64_t seed, std::int64_t step, std::int64_t lane, at::Device device) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
  std::uint64_t key = mix(seed + kGolden);
  key = mix(key + kGolden * static_cast<std::uint64_t>(step + 1));
  key = mix(key + kGolden * static_cast<std::uint64_t>(lane + 1));
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(generator.mutex());
  generator.set_current_seed(key);
}

}  // namespace galen::trainer
