#include "trainer/measures/statistics/roc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <limits>

namespace galen::trainer {

Roc::Roc(const double* scores, std::int64_t stride, std::span<const std::uint8_t> positive, std::span<const std::uint8_t> known) {
  // Sorted together with their scores: a memory access for each comparison would take most of the time.
  struct Scored {
    double score;
    std::int32_t sample;
  };
  std::vector<Scored> order;
  order.reserve(positive.size());
  for (std::size_t i = 0; i < positive.size(); ++i) {
    if (!known.empty() && known[i] == 0) continue;
    order.push_back({scores[static_cast<std::int64_t>(i) * stride], static_cast<std::int32_t>(i)});
  }
  std::sort(order.begin(), order.end(), [](const Scored& a, const Scored& b) {
    const auto by_score = std::strong_order(a.score, b.score);
    return by_score != 0 ? by_score < 0 : a.sample < b.sample;
  });

  ascending_.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [score, sample] = order[i];
    const bool ends_tie = i + 1 == order.size() || order[i + 1].score != score;
    const bool is_positive = positive[static_cast<std::size_t>(sample)] != 0;
    ascending_.push_back({sample, is_positive, ends_tie});
    positives_ += is_positive ? 1 : 0;
    has_nan_ |= std::isnan(score);
  }
}

double Roc::area() const {
  if (!is_defined()) return std::numeric_limits<double>::quiet_NaN();
  std::array<std::int64_t, 2> tied = {};  // negatives and positives
  std::int64_t below = 0;                 // negatives
  std::int64_t doubled_wins = 0;          // twice the number of pairs in which the positive is higher, so that a tie adds 1
  for (const Entry& entry : ascending_) {
    ++tied[entry.positive ? 1 : 0];
    if (!entry.ends_tie) continue;
    doubled_wins += tied[1] * (2 * below + tied[0]);
    below += tied[0];
    tied = {};
  }
  return static_cast<double>(doubled_wins) / (2.0 * static_cast<double>(positives()) * static_cast<double>(negatives()));
}

}  // namespace galen::trainer
