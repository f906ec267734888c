#pragma once

#include "launch/supervision/failure_reason.h"
#include "launch/supervision/stop_signals.h"

#include <chrono>
#include <string>
#include <vector>

namespace galen::launch {

/// The parameters of one start of a job.
struct JobStart {
  std::vector<std::string> command;  ///< mpirun's line
  std::string id;                    ///< of its processes
  bool trains = false;               ///< its ranks respond to SIGUSR1 with a checkpoint
  std::string folder;                ///< of the run
  std::chrono::duration<double> hang_after{0};
};

/// The end of a job.
struct JobEnd {
  int exit_code = 0;     ///< of mpirun; 128 + the signal if it was ended by one
  int output_error = 0;  ///< errno of a failed write to standard output; 0: none
  bool hung = false;     ///< it had to be ended, for the reason given
  FailureReason reason;
  std::vector<std::string> last_lines;
};

/// Runs a job to its end, and ends all of its processes on this machine. Its output is passed on. A stop signal asks the job to stop, with
/// a checkpoint, as soon as it has workers that respond; a second Ctrl-C ends it at once.
JobEnd run_job(const JobStart& start, StopSignals& signals);

}  // namespace galen::launch
