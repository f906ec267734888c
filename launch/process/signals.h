#pragma once

#include "trainer/run/stop_request.h"

namespace galen::launch {

/// While it exists, signals become requests to stop: SIGINT (Ctrl-C) interrupts, SIGTERM, SIGUSR1 (Slurm) and SIGHUP (the terminal was
/// closed; not under nohup) preempt. While the request is watched, the run stops at the end of the next step, with a checkpoint; a second
/// SIGINT ends the program at once. Otherwise, while data is opened or during the final evaluation, there is nothing to save in a
/// checkpoint, and the first signal ends the program at once, with the same exit code. After it SIGTERM, SIGUSR1 and SIGHUP are ignored, so
/// that signals during the end of the process (MPI_Finalize is slow) do not change its exit code. One per process; it handles those signals
/// until the process ends.
class SignalWatch {
 public:
  /// `speaks`: prints a message when it ends the program (on one rank).
  explicit SignalWatch(bool speaks);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  trainer::StopRequest& request() { return request_; }

 private:
  trainer::StopRequest request_;
};

}  // namespace galen::launch
