#pragma once

#include "data/sampling/permutation.h"
#include "galen/range.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace galen::data {

/// How an epoch is cut into steps and lanes.
struct StepShape {
  std::int64_t batch = 1;  ///< positions of a step, over all lanes; the last step of an epoch is ragged
  int lanes = 1;
};

/// Samples that lie in compressed chunks of several: what a windowed order needs to know of them. Sample numbers run along the chunks.
struct Chunks {
  std::vector<std::int64_t> begin;  ///< first sample of each chunk that has samples, ascending from 0; then the number of samples
  std::int64_t window = 1;          ///< samples that each lane mixes at a time
};

/// Which sample is at which position of an epoch: a pure function of its arguments, whatever the number of workers.
class Order {
 public:
  /// Unshuffled: position p holds sample p.
  explicit Order(std::int64_t size);
  /// Exact: every permutation may come, a new one each epoch. Takes no memory.
  Order(std::int64_t size, std::uint64_t seed, std::int64_t epoch);
  /// Windowed: chunks are shuffled and dealt out to the lanes, one after the other; each lane shuffles its samples within windows, so that
  /// a chunk is decompressed once an epoch and needed for a short time only. Lanes change windows at different steps.
  Order(const std::shared_ptr<const Chunks>& chunks, StepShape shape, std::uint64_t seed, std::int64_t epoch);

  std::int64_t size() const;
  std::int64_t sample_at(std::int64_t position) const;

 private:
  struct Windows;
  std::int64_t size_;
  bool shuffled_;
  Permutation permutation_;
  std::shared_ptr<const Windows> windows_;  ///< null: not windowed
};

}  // namespace galen::data
