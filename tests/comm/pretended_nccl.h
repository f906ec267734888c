#pragma once

namespace galen::test {

/// What pretended_nccl.cpp has seen: as much of NCCL as NcclCommunicator asks for, for ranks that are threads of this process and tensors
/// in the memory of the host. Every call takes several polls to be carried out.
struct PretendedNccl {
  int living = 0;      ///< communicators
  int aborted = 0;     ///< communicators, since the start
  int registered = 0;  ///< pieces of memory
};

PretendedNccl look_at_pretended_nccl();

/// From now on all communicators report a remote error, or no longer do.
void break_pretended_nccl(bool broken);

}  // namespace galen::test
