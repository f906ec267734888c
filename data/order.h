#pragma once

#include "data/permutation.h"

#include <cstdint>

namespace galen::data {

/// A run of positions [begin, end).
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
};

/// Positions of lane `lane` out of `lanes` among the positions `step`: an even, contiguous cut that every rank computes alike.
Range lane_range(Range step, int lane, int lanes);

/// Which sample is at which position of an epoch: a pure function of (seed, epoch, size), whatever the number of lanes or workers.
class Order {
 public:
  /// Unshuffled: position p holds sample p.
  explicit Order(std::int64_t size);
  /// Shuffled by a permutation of its own for each epoch.
  Order(std::int64_t size, std::uint64_t seed, std::int64_t epoch);

  std::int64_t size() const;
  std::int64_t sample_at(std::int64_t position) const;

 private:
  std::int64_t size_;
  bool shuffled_;
  Permutation permutation_;
};

}  // namespace galen::data
