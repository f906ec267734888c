#pragma once

#include "trainer/logs/run_status.h"

#include <chrono>
#include <map>
#include <string>

namespace galen::trainer {

/// Reads a run's status repeatedly, and decides by changes between two reads whether it is alive: clocks of hosts differ, so the time in a
/// heartbeat does not show its age.
class RunWatch {
 public:
  explicit RunWatch(std::string folder) : folder_(std::move(folder)) {}

  struct Look {
    RunStatus status;
    Instant now;          ///< by the run's clock, as far as it is known
    bool decided = true;  ///< false: heartbeats look old, or lie in the future, and have not been watched for long enough
  };

  /// Throws as read_run_status() does.
  Look look();

  /// Repeats look() until it is decided: at once if heartbeats are recent by this host's clock, else until they change, or have been
  /// missing for as long as they may be late.
  Look look_until_decided();

  /// How far this host's clock is ahead of the run's; 0 if unknown.
  std::chrono::milliseconds ahead() const { return ahead_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Sign {
    Instant seen;  // by the clock of its writer
    Clock::time_point since;
    bool changed = false;
  };

  bool is_silent(int rank, Instant seen, double limit, Look& look);

  std::string folder_;
  std::map<int, Sign> signs_;
  std::chrono::milliseconds ahead_{0};
};

}  // namespace galen::trainer
