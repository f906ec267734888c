#pragma once

#include "trainer/checkpoint/checkpoint.h"
#include "trainer/device/side_stream.h"
#include "trainer/device/task_thread.h"

#include <functional>

namespace galen::trainer {

/// Copies a run's state during training. Parameters and the optimiser's state change only in the optimiser's phase, so they can be copied
/// during the next forward and backward pass: from CPU memory by a thread, from a GPU on a separate stream.
class StateCopier {
 public:
  /// `device`: of the run's tensors.
  explicit StateCopier(at::Device device) : side_stream_(device) {}

  /// Begins to copy the run's tensors, `live`, into `copy`, tensors of the same shapes on the CPU; those that are not steady (see Section)
  /// are copied when this returns. Then calls `done`, on another thread. One copy at a time.
  void begin(Snapshot live, Snapshot copy, std::function<void()> done);

  /// Calls `task` on that thread, after all earlier work.
  void then(std::function<void()> task);

  /// Waits until the copy is finished and done() has returned. Rethrows their exceptions.
  void wait() { thread_.wait(); }

 private:
  SideStream side_stream_;
  TaskThread thread_;  // last: it uses the others
};

}  // namespace galen::trainer
