#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

/// Re-arranges an epoch's order so that samples of similar length share a step, and little of a batch is padding.
///
/// The epoch is cut into windows of `window` steps. Inside one, samples are sorted by length and cut into steps, which then come in a
/// shuffled order; in a step the samples stand as they did in the epoch. Each position comes once; only the last step is ragged, and its
/// samples are of any one length, not always the longest. A pure function of its arguments: of the batch, not of lanes or workers.
class LengthOrder {
 public:
  /// `lengths[p]`: tokens of the sample at position p of the epoch's order. `batch`: samples a step, over all workers.
  LengthOrder(std::span<const std::int64_t> lengths, std::int64_t batch, std::uint64_t seed, std::int64_t epoch, std::int64_t window = 64);

  std::int64_t size() const { return static_cast<std::int64_t>(positions_.size()); }

  /// Which position of the epoch's order stands at `position` of this one.
  std::int64_t position_at(std::int64_t position) const;

  /// What the samples of a step are padded to: the length of its longest, rounded up to a multiple of 8.
  std::int64_t padded_length(std::int64_t step) const;

 private:
  void arrange_window(std::span<const std::int64_t> lengths, std::int64_t begin, std::int64_t end, std::uint64_t key);

  std::int64_t batch_;
  std::vector<std::int64_t> positions_;
  std::vector<std::int64_t> padded_;  ///< of each step
};

/// `length`, at least 1, rounded up to a multiple of 8: lengths that matrix products like, and few different ones.
std::int64_t round_up_length(std::int64_t length);

}  // namespace galen::data
