#include "data/sampling/permutation.h"

#include "galen/splitmix64.h"

#include <algorithm>
#include <bit>

namespace galen::data {

namespace {

constexpr int kRounds = 8;

// Small networks are unfair: on 4 bits every permutation that they reach is even. A longer walk over 256 numbers costs little.
constexpr int kSmallestHalf = 4;

}  // namespace

Permutation::Permutation(std::uint64_t size, std::uint64_t key)
    : size_(size),
      key_(splitmix64(key)),
      half_bits_(std::max(kSmallestHalf, (static_cast<int>(std::bit_width(size - (size > 0))) + 1) / 2)) {}

// A Feistel network over the smallest even number of bits that covers the size; numbers that land outside walk on along their cycle
// until they are back inside (Black & Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). From 65 on the domain is less than
// four times the size, so that a walk takes fewer than four steps on average.
std::uint64_t Permutation::operator()(std::uint64_t index) const {
  do {
    index = encrypt(index);
  } while (index >= size_);
  return index;
}

std::uint64_t Permutation::encrypt(std::uint64_t index) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = index >> half_bits_;
  std::uint64_t right = index & mask;
  for (std::uint64_t round = 1; round <= kRounds; ++round) {
    const std::uint64_t mixed = left ^ (splitmix64((key_ + round * kGoldenRatio) ^ right) & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits_ | right;
}

}  // namespace galen::data
