#pragma once

#include "comm/communicator.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace galen::comm {

/// The ranks of `host`, which must outlive this object, for tensors on `device`: each rank's own GPU.
///
/// all_reduce(), broadcast(), all_gather() and all_to_all() are queued on the device's current stream and return before they are done, like
/// kernels; the first calls block the host until the other ranks connect. All other calls are those of
/// `host`: barrier() does not wait for streams. To wait for a stream, call wait_for_stream() (comm/stream_wait.h) with
/// this group: check_wait() also throws if NCCL fails, and first aborts the kernels that wait for other ranks. After an error
/// this object can only be destroyed.
///
/// `registered`: buffers that are often sent and received. NCCL may use them in place, without copies. They are kept alive.
///
/// Construction is collective, and so is destruction, except during an exception.
std::unique_ptr<Communicator> make_nccl_communicator(Communicator& host, at::Device device, std::vector<at::Tensor> registered);

}  // namespace galen::comm
