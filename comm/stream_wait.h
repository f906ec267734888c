#pragma once

#include "comm/communicator.h"

#include <c10/core/Stream.h>

namespace galen::comm {

/// The calling thread's current stream of `device`.
c10::Stream current_stream(at::Device device);

/// Waits until all work queued on `stream` is done; on the CPU nothing is queued. A timeout throws like one of
/// `group`, naming `operation` and the ranks that have not arrived. Not collective.
void wait_for_stream(Communicator& group, c10::Stream stream, const char* operation);

}  // namespace galen::comm
