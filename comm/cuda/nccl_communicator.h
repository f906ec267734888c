#pragma once

#include "comm/communicator.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace galen::comm {

/// The ranks of `host`, which must outlive this, for tensors on `device`: each rank's own GPU.
///
/// all_reduce(), broadcast(), all_gather() and all_to_all() are queued on the device's current stream and return before they are done, as
/// kernels do; the first ones wait on the host for the other ranks, because connections are made then. All other calls are those of
/// `host`: barrier() knows nothing of streams. Code that waits for a stream calls wait_for_stream() (comm/stream_wait.h) and passes it
/// this: check_wait() throws where NCCL has failed, too, and ends the kernels that wait for other ranks before it throws. After an error
/// this can only be destroyed.
///
/// `registered`: memory that is sent and received often. NCCL may then use it in place, without copies of its own. It is kept alive.
///
/// Collective, and so is destruction, unless an exception is on its way.
std::unique_ptr<Communicator> make_nccl_communicator(Communicator& host, at::Device device, std::vector<at::Tensor> registered);

}  // namespace galen::comm
