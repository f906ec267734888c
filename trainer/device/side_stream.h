#pragma once

#include "comm/communicator.h"

#include <c10/core/Device.h>
#include <c10/core/StreamGuard.h>

#include <optional>

namespace galen::trainer {

/// A GPU stream for work in parallel with the current one. On a CPU, which has no streams, work is executed directly.
class SideStream {
 public:
  explicit SideStream(at::Device device);

  /// Calls `work`: what it queues on the device runs after everything that is queued on the calling thread's current stream, in parallel
  /// with later work there. Memory that `work` allocates belongs to the side stream.
  template <typename Work>
  void run(Work work) {
    if (!stream_) return work();
    follow_current();
    const c10::StreamGuard guard(*stream_);
    work();
  }

  bool exists() const { return stream_.has_value(); }

  /// Waits until all work is done. For a thread that may block; others: see wait().
  void synchronize() const;

  /// Waits until all work is done: see comm::wait_for_stream().
  void wait(comm::Communicator& group, const char* operation) const;

 private:
  void follow_current() const;

  std::optional<c10::Stream> stream_;  // none on a CPU
};

}  // namespace galen::trainer
