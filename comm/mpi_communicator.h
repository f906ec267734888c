#pragma once

#include "comm/communicator.h"
#include "comm/watchdog.h"

#include <mpi.h>

#include <memory>
#include <string>

namespace galen::comm {

/// Starts MPI for as long as it lives, unless the program that Galen is part of has started it already. One a process.
class MpiSession {
 public:
  /// `watchdog`, which may be null, watches its start and its end.
  MpiSession(int& argc, char**& argv, Watchdog* watchdog = nullptr);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

 private:
  Watchdog* watchdog_;
  bool owner_ = false;
};

/// How the ranks of a group wait for each other.
struct Waits {
  Watchdog* watchdog = nullptr;  ///< watches what has no deadline, and gets the group's deadline; outlives the group
  bool patient = false;          ///< a rank may work for long while others wait: see RollCall
};

/// The ranks of `group`, which is duplicated: Galen's messages never meet the caller's. Collective over `group`. A failing MPI call
/// throws galen::Error that names the operation. MPI counts with int, so more than `largest_message` elements travel in pieces. Its
/// deadline is that of the watchdog, five minutes without one.
std::unique_ptr<Communicator> make_mpi_communicator(MPI_Comm group, int largest_message = 1 << 28, const Waits& waits = {});

/// Ends the job on all ranks of `group` with `exit_code`, after printing "galen: rank R: message" once for the whole job: the ranks that
/// fail together agree, for a moment, that the lowest one prints. Does not return. For uncaught errors only.
[[noreturn]] void abort_job(MPI_Comm group, const std::string& message, int exit_code);

}  // namespace galen::comm
