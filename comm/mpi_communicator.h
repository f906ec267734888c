#pragma once

#include "comm/communicator.h"

#include <mpi.h>

#include <memory>
#include <string>

namespace galen::comm {

/// Starts MPI for as long as it lives, unless the program that Galen is part of has started it already. One a process.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

 private:
  bool owner_ = false;
};

/// The ranks of `group`, which is duplicated: Galen's messages never meet the caller's. Collective over `group`. A failing MPI call
/// throws galen::Error that names the operation. MPI counts with int, so more than `largest_message` elements travel in pieces. Its
/// deadline is five minutes.
std::unique_ptr<Communicator> make_mpi_communicator(MPI_Comm group, int largest_message = 1 << 28);

/// Ends the job on all ranks of `group` with `exit_code`, after printing "galen: rank R: message" once for the whole job: the ranks that
/// fail together agree, for a moment, on the lowest one to speak. Does not return. For uncaught errors only.
[[noreturn]] void abort_job(MPI_Comm group, const std::string& message, int exit_code);

}  // namespace galen::comm
