#pragma once

#include "trainer/run/stop_request.h"

namespace galen::launch {

/// While it lives, signals become requests to stop: SIGINT (Ctrl-C) interrupts, SIGTERM, SIGUSR1 (Slurm) and SIGHUP (the terminal is gone;
/// not under nohup) preempt. While the request is watched, the run stops at the next step's end, with a checkpoint; a second SIGINT ends
/// the program at once. Otherwise, when data are opened or the final evaluation runs, there is nothing that a checkpoint would save, and
/// the first signal ends the program at once, with the same exit code. After it SIGTERM, SIGUSR1 and SIGHUP are ignored, so that what comes
/// while the process ends (MPI_Finalize is slow) does not change the exit code that says how the run ended. One a process, which is
/// the program's: it keeps those signals for good.
class SignalWatch {
 public:
  /// `speaks`: prints that it ends the program (one rank of all).
  explicit SignalWatch(bool speaks);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  trainer::StopRequest& request() { return request_; }

 private:
  trainer::StopRequest request_;
};

}  // namespace galen::launch
