#pragma once

#include "trainer/run/trainer_options.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace galen::trainer {

/// Decides when a run must stop so that it ends in time, with its checkpoint written.
///
/// The reserved time is the longest time between two calls of is_near() so far (a step; at an epoch's end the validation and its
/// checkpoint) plus the time to write a checkpoint: 30 s, more for large states, at most a quarter of the whole time; or twice the time
/// that it took, if that is longer.
class TimeLimit {
 public:
  using Clock = std::chrono::steady_clock;

  TimeLimit() = default;  ///< no limit

  TimeLimit(Clock::time_point start, Clock::time_point end, std::int64_t checkpoint_bytes);

  /// The limit set by the options for a run that began at `start`.
  static TimeLimit of(const TrainerOptions& options, Clock::time_point start, std::int64_t checkpoint_bytes);

  /// Whether to stop. Call at the end of each step.
  bool is_near(Clock::time_point now);

  /// Reports the time that it took to write one.
  void checkpoint_took(Clock::duration time);

 private:
  std::optional<Clock::time_point> end_;
  Clock::duration for_checkpoint_{};
  std::optional<Clock::time_point> last_look_;
  Clock::duration longest_gap_{};
};

}  // namespace galen::trainer
