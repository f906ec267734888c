#pragma once

#include "comm/communicator.h"

#include <functional>

namespace galen::test {

/// Runs `work` on `size` threads of this process, one a rank, each with its communicator; returns when all have ended.
///
/// Nodes are simulated: `node_size` consecutive ranks share one (0: all of them). An exception on one rank wakes those that wait for it
/// and is rethrown here; so is a violation of a collective's rules: another operation, dtype or count than its neighbours', or a rank that
/// returns while others wait for it.
void run_ranks(int size, const std::function<void(comm::Communicator&)>& work, int node_size = 0);

}  // namespace galen::test
