#pragma once

namespace galen::launch {

/// The program's exit codes, for the shell, mpirun and Slurm.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,        ///< the run failed
  kUsage = 2,         ///< the command or the configuration is wrong
  kPreempted = 75,    ///< stopped on request, with a checkpoint: to be started again (EX_TEMPFAIL)
  kInterrupted = 130  ///< Ctrl-C, with a checkpoint
};

}  // namespace galen::launch
