#pragma once

#include "comm/communicator.h"

#include <c10/core/Stream.h>

namespace galen::comm {

/// The calling thread's current stream of `device`.
c10::Stream current_stream(at::Device device);

/// Waits until all that was queued on `stream` is done; on the CPU nothing ever is queued. A wait that takes too long ends as one of
/// `group` does, which names `operation` and the ranks that have not come. Not collective.
void wait_for_stream(Communicator& group, c10::Stream stream, const char* operation);

}  // namespace galen::comm
