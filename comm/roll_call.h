#pragma once

#include "comm/mpi_group.h"

#include <chrono>
#include <string>
#include <vector>

namespace galen::comm {

/// Finds out who is missing when a wait has become too long.
///
/// A rank whose deadline has passed tells all others what it waits in. Whoever waits, too, hears of it within 100 ms, tells the same and
/// ends its wait as well. After a second, the ranks that have told nothing are those that everybody waits for: dead, stopped, or busy with
/// something else.
class RollCall {
 public:
  /// Over all ranks of `group`, which is duplicated. Collective.
  explicit RollCall(MPI_Comm group);

  void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline; }

  /// To be called about every 100 ms by a rank that has been waiting since `begin` for some of `awaited` (ranks of the group). Throws
  /// galen::Error if that is too long, or if another rank has called the roll. No deadline holds under a debugger.
  void check(const char* operation, std::chrono::steady_clock::time_point begin, const std::vector<int>& awaited);

 private:
  struct Answer {
    bool waiting = false;
    std::string operation;
  };

  bool someone_calls() const;
  std::vector<Answer> call(const std::string& operation) const;
  std::string name(int rank) const;

  MpiGroup group_;
  int rank_ = 0;
  std::vector<std::string> hosts_;
  std::chrono::milliseconds deadline_;
};

}  // namespace galen::comm
