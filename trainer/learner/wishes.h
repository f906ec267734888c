#pragma once

#include "comm/communicator.h"
#include "trainer/run/round.h"

namespace galen::trainer {

/// The combined wishes of all ranks, on every rank: for a learner whose own sums do not carry them. Collective.
Wishes agree(const Wishes& mine, comm::Communicator& workers);

}  // namespace galen::trainer
