#pragma once

#include <cstdint>

namespace galen {

inline constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;

/// The output function of SplitMix64 (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", 2014): a bijection of
/// 64-bit numbers whose bits all depend on all bits.
constexpr std::uint64_t splitmix64(std::uint64_t value) {
  value += kGoldenRatio;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace galen
