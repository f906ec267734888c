#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// What the last bits of a run on CPUs depend on beside its options: processor, LibTorch and the instructions that it takes, MKL's mode.
///
/// What holds, on machines that agree in all of this:
///   - initial weights, masks of dropout, order and augmentation are the same on every machine, also where they do not agree;
///   - a run gives the same bits wherever its tensors lie in memory, with every number of threads (models/strict_products.h);
///   - and for every number of workers up to that of its lanes;
///   - with another number of threads a worker (trainer.threads) other bits: LibTorch shares sums out to threads. So their number
///     follows neither from the machine nor from the number of workers, unless somebody chooses it (threads.h).
struct Arithmetic {
  std::string description;         ///< the same on all ranks; of ranks that differ each, separated by " | "
  std::vector<std::string> notes;  ///< what the user has to know of it, a sentence each; the same on all ranks
};

/// Makes products strict, and compares what the ranks of `world` compute with. Ranks that differ are no error, but reported: gradients are
/// summed all the same, yet the bits are those of this choice of hosts. Collective.
Arithmetic prepare_arithmetic(comm::Communicator& world);

}  // namespace galen::trainer
