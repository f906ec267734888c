#pragma once

#include "galen/splitmix64.h"

#include <cstdint>

namespace galen {

/// Random numbers of a key, the same on every machine: the n-th number is a hash of (key, n). The distributions are our own, because
/// those of <random> differ between libraries.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t key) : key_(splitmix64(key)) {}

  /// An independent stream for item `index` of a kind; does not depend on how many numbers of this one were drawn.
  RandomStream fork(std::uint64_t kind, std::uint64_t index) const { return RandomStream(splitmix64(key_ ^ splitmix64(kind)) + index); }

  std::uint64_t bits() { return splitmix64(key_ + kGoldenRatio * counter_++); }

  /// [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Mean 0, deviation 1, within ±3.5: the sum of four uniform numbers from one hash.
  double bell() {
    const std::uint64_t b = bits();
    const auto sum = static_cast<double>((b & 0xffff) + ((b >> 16) & 0xffff) + ((b >> 32) & 0xffff) + (b >> 48));
    return (sum * 0x1p-16 - 2.0) * 1.7320508075688772;
  }

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
};

}  // namespace galen
