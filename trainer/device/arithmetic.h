#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// What determines the last bits of a run on CPUs, besides its options: processor, LibTorch and the instruction set it uses, MKL's mode.
///
/// Guarantees:
///   - initial weights, dropout masks, order and augmentation are the same on every machine, even on different ones;
///   - on equal machines a run gives the same bits for any addresses of tensors (models/strict_products.h),
///   - and for any number of workers up to the number of lanes;
///   - another number of threads in a worker (trainer.threads) gives other bits: LibTorch splits sums over threads. So the default number
///     of threads depends neither on the machine nor on the number of workers (threads.h).
struct Arithmetic {
  std::string description;         ///< the same on all ranks; if ranks differ, all descriptions, separated by " | "
  std::vector<std::string> notes;  ///< for the user, a sentence each; the same on all ranks
};

/// Makes products strict, and compares the arithmetic of the ranks of `world`. Differences are reported, not refused: gradients are summed
/// all the same, but the bits then depend on the choice of hosts. Collective.
Arithmetic prepare_arithmetic(comm::Communicator& world);

}  // namespace galen::trainer
