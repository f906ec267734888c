#pragma once

#include "launch/supervision/failure_reason.h"
#include "launch/supervision/stop_signals.h"

#include <chrono>
#include <string>
#include <vector>

namespace galen::launch {

/// What one start of a job gets.
struct JobStart {
  std::vector<std::string> command;  ///< mpirun's line
  std::string id;                    ///< of its processes
  bool trains = false;               ///< its ranks answer SIGUSR1 with a checkpoint
  std::string folder;                ///< of the run
  std::chrono::duration<double> hang_after{0};
};

/// How it ended.
struct JobEnd {
  int exit_code = 0;     ///< as mpirun's; 128 + the signal where one ended that
  int output_error = 0;  ///< errno of what could not be passed on to standard output; 0: all was
  bool hung = false;     ///< it had to be ended, for the reason given
  FailureReason reason;
  std::vector<std::string> last_lines;
};

/// Runs a job to its end, and sees to it that none of its processes is left on this machine. What it prints is passed on. A stop
/// signal asks the job to stop, with a checkpoint, once it has workers that can be asked; a second Ctrl-C ends it at once.
JobEnd run_job(const JobStart& start, StopSignals& signals);

}  // namespace galen::launch
