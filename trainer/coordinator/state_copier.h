#pragma once

#include "trainer/checkpoint/checkpoint.h"
#include "trainer/device/side_stream.h"
#include "trainer/device/task_thread.h"

#include <functional>

namespace galen::trainer {

/// Copies a run's state while training goes on. Parameters and the optimiser's state change in the optimiser's phase alone, so that they
/// can be copied beside the next forward and backward pass: from CPU memory by a thread, from a GPU on a stream of its own.
class StateCopier {
 public:
  /// `device`: of the run's tensors.
  explicit StateCopier(at::Device device) : side_stream_(device) {}

  /// Begins to copy the run's tensors, `live`, into `copy`, tensors like them on the CPU; those that are not steady (see Section) are
  /// copied when this returns. Then calls `done`, on another thread. One copy at a time.
  void begin(Snapshot live, Snapshot copy, std::function<void()> done);

  /// Calls `task` on that thread, after what was begun before.
  void then(std::function<void()> task);

  /// Until the copy is done, and done() has returned. Rethrows what that threw.
  void wait() { thread_.wait(); }

 private:
  SideStream side_stream_;
  TaskThread thread_;  // last: it uses the others
};

}  // namespace galen::trainer
