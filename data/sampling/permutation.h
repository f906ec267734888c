#pragma once

#include <cstdint>

namespace galen::data {

/// A random permutation of 0 … size - 1 that takes no memory: a pure function of (size, key).
class Permutation {
 public:
  Permutation(std::uint64_t size, std::uint64_t key);

  /// The image of `index` < size.
  std::uint64_t operator()(std::uint64_t index) const;

 private:
  std::uint64_t encrypt(std::uint64_t index) const;

  std::uint64_t size_;
  std::uint64_t key_;
  int half_bits_;
};

}  // namespace galen::data
