#include "trainer/run/time_limit.h"

#include <algorithm>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;

// Time for a checkpoint in folders that many nodes write to at once.
constexpr std::int64_t kSlowBytesPerSecond = 20'000'000;

}  // namespace

TimeLimit::TimeLimit(Clock::time_point start, Clock::time_point end, std::int64_t checkpoint_bytes) : end_(end) {
  const auto writing = std::chrono::seconds(checkpoint_bytes / kSlowBytesPerSecond);
  for_checkpoint_ = std::min<Clock::duration>(std::max<Clock::duration>(30s, writing), (end - start) / 4);
}

TimeLimit TimeLimit::of(const TrainerOptions& options, Clock::time_point start, std::int64_t checkpoint_bytes) {
  auto end = Clock::time_point::max();
  if (options.max_minutes > 0)
    end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::ratio<60>>(options.max_minutes));
  if (options.end_time)
    end = std::min(end, Clock::now() + std::chrono::duration_cast<Clock::duration>(*options.end_time - std::chrono::system_clock::now()));
  return end == Clock::time_point::max() ? TimeLimit() : TimeLimit(start, end, checkpoint_bytes);
}

bool TimeLimit::is_near(Clock::time_point now) {
  if (!end_) return false;
  if (last_look_) longest_gap_ = std::max(longest_gap_, now - *last_look_);
  last_look_ = now;
  return now + longest_gap_ + for_checkpoint_ >= *end_;
}

void TimeLimit::checkpoint_took(Clock::duration time) { for_checkpoint_ = std::max(for_checkpoint_, 2 * time); }

}  // namespace galen::trainer
