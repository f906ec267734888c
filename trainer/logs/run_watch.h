#pragma once

#include "trainer/logs/run_status.h"

#include <chrono>
#include <map>
#include <string>

namespace galen::trainer {

/// Looks at a run again and again, and tells whether it lives by what changes between two looks: clocks of hosts differ, so that the time
/// in a sign of life says little about how long ago it was given.
class RunWatch {
 public:
  explicit RunWatch(std::string folder) : folder_(std::move(folder)) {}

  struct Look {
    RunStatus status;
    Instant now;          ///< by the run's clock, as far as that is known
    bool decided = true;  ///< false: signs look old, or lie in the future, and have not been watched for long enough
  };

  /// Throws as read_run_status() does.
  Look look();

  /// Looks until it is decided: at once where signs are new by this host's clock, else until they change, or are missed for as long as
  /// they may be late.
  Look look_until_decided();

  /// By how much this host's clock is ahead of the run's; 0 where it is not known.
  std::chrono::milliseconds ahead() const { return ahead_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Sign {
    Instant seen;  // by the clock of whoever gave it
    Clock::time_point since;
    bool changed = false;
  };

  bool is_silent(int rank, Instant seen, double limit, Look& look);

  std::string folder_;
  std::map<int, Sign> signs_;
  std::chrono::milliseconds ahead_{0};
};

}  // namespace galen::trainer
