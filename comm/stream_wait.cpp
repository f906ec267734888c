#include "comm/stream_wait.h"

#include "comm/wait.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace galen::comm {

c10::Stream current_stream(at::Device device) { return c10::impl::VirtualGuardImpl(device.type()).getStream(device); }

// Polls instead of blocking: a kernel that waits for a failed rank never ends by itself, and would block this rank.
void wait_for_stream(Communicator& group, c10::Stream stream, const char* operation) {
  Wait wait(is_crowded(group.node_size()));
  while (!stream.query()) {
    wait.poll();
    if (wait.check_is_due()) group.check_wait(operation, wait.begin());
  }
}

}  // namespace galen::comm
