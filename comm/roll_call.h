#pragma once

#include "comm/mpi_group.h"
#include "comm/watchdog.h"

#include <chrono>
#include <string>
#include <vector>

namespace galen::comm {

/// Finds out which ranks are missing when a wait times out.
///
/// A rank whose deadline has passed sends all others the operation that it waits in. Ranks that wait too see it within 100 ms, send theirs
/// and end their waits. The ranks that have not answered after a second are the missing ones: they have ended, are stopped, or are busy
/// with something else.
class RollCall {
 public:
  /// Over all ranks of `group`, which is duplicated. `watchdog` may be null, and gets the deadline too. `patient`: a wait may last as
  /// long as a missing rank of this machine is working, and ten deadlines for ranks of other machines. Collective.
  RollCall(MPI_Comm group, Watchdog* watchdog, bool patient);

  void set_deadline(std::chrono::milliseconds deadline);
  Watchdog* watchdog() const { return watchdog_; }

  /// To be called about every 100 ms by a rank that has been waiting since `begin` for some of `awaited` (ranks of the group). Throws
  /// galen::Error if that is too long, or if another rank has called the roll. No deadline applies under a debugger; time in which this
  /// process is suspended does not count.
  void check(const char* operation, std::chrono::steady_clock::time_point begin, const std::vector<int>& awaited);

 private:
  struct Answer {
    bool waiting = false;
    std::string operation;
  };

  std::chrono::steady_clock::duration time_in(std::chrono::steady_clock::time_point begin);
  bool is_too_long(std::chrono::steady_clock::time_point begin);
  bool someone_calls() const;
  std::vector<Answer> call(const std::string& operation) const;
  std::string stopped_among(const std::vector<Answer>& answers) const;
  std::string name(int rank) const;

  MpiGroup group_;
  Watchdog* const watchdog_;
  const bool patient_;
  int rank_ = 0;
  std::vector<std::string> hosts_;
  std::chrono::milliseconds deadline_;

  std::chrono::steady_clock::time_point begin_, checked_;  // of the last checked wait
  std::chrono::steady_clock::duration suspended_{};        // in it

  WorkSigns signs_;  // for a patient wait: when work was seen, and when it was last checked
  WorkSigns::Look look_;
  std::chrono::steady_clock::time_point worked_, looked_;
};

}  // namespace galen::comm
