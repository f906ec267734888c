#pragma once

#include "comm/communicator.h"
#include "comm/watchdog.h"

#include <mpi.h>

#include <memory>
#include <string>

namespace galen::comm {

/// Initializes MPI and finalizes it on destruction, unless the host program has initialized it. One a process.
class MpiSession {
 public:
  /// `watchdog`, which may be null, watches the start and the end of MPI.
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
  Watchdog* watchdog = nullptr;  ///< watches calls without a deadline of their own; gets the group's deadline; outlives the group
  bool patient = false;          ///< a rank may work for long while others wait: see RollCall
};

/// The ranks of `group`, which is duplicated, so that Galen's messages are separate from the caller's. Collective over `group`. A failing
/// MPI call throws galen::Error that names the operation. MPI counts with int, so tensors of more than `largest_message` elements are split
/// into pieces. The deadline is that of the watchdog; five minutes without one.
std::unique_ptr<Communicator> make_mpi_communicator(MPI_Comm group, int largest_message = 1 << 28, const Waits& waits = {});

/// Ends the job on all ranks of `group` with `exit_code`, after printing "galen: rank R: message" once for the job: of the ranks that
/// fail at the same time, the lowest prints. Does not return. Only for uncaught errors.
[[noreturn]] void abort_job(MPI_Comm group, const std::string& message, int exit_code);

}  // namespace galen::comm
