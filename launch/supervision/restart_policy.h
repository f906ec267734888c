#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace galen::launch {

/// Whether, and when, a failed job is started again: at once after the first failure, then after 1, 2, 4 … 60 s, and from the beginning of
/// that row once a newer checkpoint was written. Given up when the restarts are used, or after `tries` failures in a row without one.
class RestartPolicy {
 public:
  RestartPolicy(int restarts, int tries) : restarts_(restarts), tries_(tries) {}

  /// After a failure; `progressed`: there is a newer checkpoint than at the failure before. Nothing: give up, and why() says why.
  std::optional<std::chrono::seconds> pause_after_failure(bool progressed);

  int used() const { return used_; }  ///< restarts, with the one that the last call allowed
  const std::string& why() const { return why_; }

 private:
  int restarts_;
  int tries_;
  int used_ = 0;
  int in_a_row_ = 0;
  std::string why_;
};

}  // namespace galen::launch
