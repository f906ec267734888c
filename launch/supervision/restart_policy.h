#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace galen::launch {

/// Decides whether and when a failed job is restarted: at once after the first failure, then after 1, 2, 4 … 60 s; a newer checkpoint
/// resets this sequence. Ends when the restarts are used, or after `tries` failures in a row without one.
class RestartPolicy {
 public:
  RestartPolicy(int restarts, int tries) : restarts_(restarts), tries_(tries) {}

  /// Call after a failure; `progressed`: there is a newer checkpoint than at the failure before. None: no restart; see why().
  std::optional<std::chrono::seconds> pause_after_failure(bool progressed);

  int used() const { return used_; }  ///< restarts, including the one that the last call allowed
  const std::string& why() const { return why_; }

 private:
  int restarts_;
  int tries_;
  int used_ = 0;
  int in_a_row_ = 0;
  std::string why_;
};

}  // namespace galen::launch
