#include "trainer/learner/wishes.h"

#include <ATen/ops/zeros.h>

namespace galen::trainer {

Wishes agree(const Wishes& mine, comm::Communicator& workers) {
  at::Tensor board = at::zeros({4}, at::kByte);
  auto* flags = board.mutable_data_ptr<std::uint8_t>();
  flags[0] = mine.interrupt ? 1 : 0;
  flags[1] = mine.preempt ? 1 : 0;
  flags[2] = mine.out_of_time ? 1 : 0;
  flags[3] = mine.checkpoint ? 1 : 0;
  workers.all_reduce(board, comm::Reduction::kMax);
  Wishes all;
  all.interrupt = flags[0] != 0;
  all.preempt = flags[1] != 0;
  all.out_of_time = flags[2] != 0;
  all.checkpoint = flags[3] != 0;
  return all;
}

}  // namespace galen::trainer
