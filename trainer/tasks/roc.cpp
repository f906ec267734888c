#include "trainer/tasks/roc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <limits>
#include <numeric>

namespace galen::trainer {

Roc::Roc(const float* scores, std::int64_t stride, std::span<const std::uint8_t> positive, std::span<const std::uint8_t> known) {
  const auto score = [&](std::int64_t sample) { return scores[sample * stride]; };
  std::vector<std::int64_t> order(positive.size());
  std::iota(order.begin(), order.end(), 0);
  if (!known.empty()) std::erase_if(order, [&](std::int64_t sample) { return known[static_cast<std::size_t>(sample)] == 0; });
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return std::strong_order(score(a), score(b)) < 0; });

  ascending_.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int64_t sample = order[i];
    const bool ends_tie = i + 1 == order.size() || score(order[i + 1]) != score(sample);
    ascending_.push_back({sample, positive[static_cast<std::size_t>(sample)] != 0, ends_tie});
    undefined_ |= std::isnan(score(sample));
  }
}

double Roc::area(std::span<const std::int64_t> multiplicity) const {
  std::array<std::int64_t, 2> tied = {};  // negatives and positives
  std::int64_t negatives = 0;
  std::int64_t positives = 0;
  std::int64_t doubled_wins = 0;  // twice the pairs that a positive wins, so that a tie adds 1
  for (const Entry& entry : ascending_) {
    tied[entry.positive] += multiplicity[static_cast<std::size_t>(entry.sample)];
    if (!entry.ends_tie) continue;
    doubled_wins += tied[1] * (2 * negatives + tied[0]);
    negatives += tied[0];
    positives += tied[1];
    tied = {};
  }
  if (undefined_ || negatives == 0 || positives == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(doubled_wins) / (2.0 * static_cast<double>(positives) * static_cast<double>(negatives));
}

}  // namespace galen::trainer
