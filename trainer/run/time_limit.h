#pragma once

#include "trainer/run/trainer_options.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace galen::trainer {

/// When a run has to stop so that it is gone before its time is up, its checkpoint written.
///
/// Set aside for that are the longest time between two looks at the clock so far (a step; at an epoch's end the validation and its
/// checkpoint) and what writing a checkpoint may take: 30 s, more for large states, at most a quarter of the whole time; or twice what it
/// took, where that is more.
class TimeLimit {
 public:
  using Clock = std::chrono::steady_clock;

  TimeLimit() = default;  ///< none

  TimeLimit(Clock::time_point start, Clock::time_point end, std::int64_t checkpoint_bytes);

  /// What those options leave of a run that began at `start`.
  static TimeLimit of(const TrainerOptions& options, Clock::time_point start, std::int64_t checkpoint_bytes);

  /// Whether to stop now. To be asked at each step's end.
  bool is_near(Clock::time_point now);

  /// Writing one took so long.
  void checkpoint_took(Clock::duration time);

 private:
  std::optional<Clock::time_point> end_;
  Clock::duration for_checkpoint_{};
  std::optional<Clock::time_point> last_look_;
  Clock::duration longest_gap_{};
};

}  // namespace galen::trainer
