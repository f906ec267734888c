#include "data/sampling/length_order.h"

#include "data/sampling/permutation.h"
#include "galen/splitmix64.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <numeric>

namespace galen::data {

std::int64_t round_up_length(std::int64_t length) { return (std::max<std::int64_t>(length, 1) + 7) / 8 * 8; }

LengthOrder::LengthOrder(std::span<const std::int64_t> lengths, std::int64_t batch, std::uint64_t seed, std::int64_t epoch,
                         std::int64_t window)
    : batch_(batch), positions_(lengths.size()) {
  TORCH_CHECK(batch > 0 && window > 0, "batch ", batch, ", window ", window);
  const std::uint64_t key = splitmix64(splitmix64(seed) + static_cast<std::uint64_t>(epoch));
  for (std::int64_t begin = 0; begin < size(); begin += batch * window) {
    arrange_window(lengths, begin, std::min(begin + batch * window, size()), key + static_cast<std::uint64_t>(begin));
  }
  for (std::int64_t begin = 0; begin < size(); begin += batch) {
    std::int64_t longest = 0;
    for (std::int64_t p = begin; p < std::min(begin + batch, size()); ++p) longest = std::max(longest, lengths[positions_[p]]);
    padded_.push_back(round_up_length(longest));
  }
}

std::int64_t LengthOrder::position_at(std::int64_t position) const {
  TORCH_CHECK(position >= 0 && position < size(), "position ", position, " of ", size());
  return positions_[position];
}

std::int64_t LengthOrder::padded_length(std::int64_t step) const {
  TORCH_CHECK(step >= 0 && step < static_cast<std::int64_t>(padded_.size()), "step ", step, " of ", padded_.size());
  return padded_[step];
}

void LengthOrder::arrange_window(std::span<const std::int64_t> lengths, std::int64_t begin, std::int64_t end, std::uint64_t key) {
  std::vector<std::int64_t> sorted(end - begin);
  std::iota(sorted.begin(), sorted.end(), begin);
  std::stable_sort(sorted.begin(), sorted.end(), [&](std::int64_t a, std::int64_t b) { return lengths[a] < lengths[b]; });

  // The ragged step's samples are taken out of the sorted ones at a random place and put behind the others.
  const std::int64_t steps = (end - begin) / batch_;
  const std::int64_t ragged = (end - begin) % batch_;
  const auto hole = static_cast<std::int64_t>(splitmix64(key) % static_cast<std::uint64_t>(steps + 1)) * batch_;
  std::rotate(sorted.begin() + hole, sorted.begin() + hole + ragged, sorted.end());

  const Permutation shuffled(static_cast<std::uint64_t>(steps), key);
  for (std::int64_t step = 0; step <= steps; ++step) {
    const auto from = step < steps ? static_cast<std::int64_t>(shuffled(static_cast<std::uint64_t>(step))) : steps;
    const auto first = sorted.begin() + from * batch_;
    const auto last = step < steps ? first + batch_ : sorted.end();
    std::sort(first, last);
    std::copy(first, last, positions_.begin() + begin + step * batch_);
  }
}

}  // namespace galen::data
