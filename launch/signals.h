#pragma once

#include "trainer/stop_request.h"

namespace galen::launch {

/// While it lives, signals become requests to stop at the next step's end, with a checkpoint: SIGINT (Ctrl-C) interrupts, SIGTERM and
/// SIGUSR1 (Slurm) preempt. A second SIGINT ends the program at once. One a process.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  const trainer::StopRequest& request() const { return request_; }

 private:
  trainer::StopRequest request_;
};

}  // namespace galen::launch
