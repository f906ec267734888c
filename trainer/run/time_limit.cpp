#include "trainer/run/time_limit.h"

#include <algorithm>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;

// What a checkpoint may take in folders that many nodes write to at once.
constexpr std::int64_t kSlowBytesPerSecond = 20'000'000;

}  // namespace

TimeLimit::TimeLimit(Clock::time_point start, Clock::time_point end, std::int64_t checkpoint_bytes) : end_(end) {
  const auto writing = std::chrono::seconds(checkpoint_bytes / kSlowBytesPerSecond);
  for_checkpoint_ = std::min<Clock::duration>(std::max<Clock::duration>(30s, writing), (end - start) / 4);
}

bool TimeLimit::is_near(Clock::time_point now) {
  if (!end_) return false;
  if (last_look_) longest_gap_ = std::max(longest_gap_, now - *last_look_);
  last_look_ = now;
  return now + longest_gap_ + for_checkpoint_ >= *end_;
}

void TimeLimit::checkpoint_took(Clock::duration time) { for_checkpoint_ = std::max(for_checkpoint_, 2 * time); }

}  // namespace galen::trainer
