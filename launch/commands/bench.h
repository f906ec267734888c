#pragma once

#include "comm/communicator.h"
#include "launch/commands.h"

namespace galen::launch {

/// galen bench checkpoint: training with and without checkpoints, in turn. Collective.
int bench_checkpoint(const Arguments& arguments, comm::Communicator& world);

/// galen bench comm: collectives of several sizes, ours and MPI's in turn. Collective.
int bench_comm(const Arguments& arguments, comm::Communicator& world);

/// galen bench data: ways from a file to a batch, in turn. Rank 0 works, the others do nothing.
int bench_data(const Arguments& arguments, comm::Communicator& world);

/// galen bench train: a training run against the clock. Collective.
int bench_train(const Arguments& arguments, comm::Communicator& world);

}  // namespace galen::launch
