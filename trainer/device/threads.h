#pragma once

#include "comm/communicator.h"

#include <string>

namespace galen::trainer {

/// The default number of threads of a training worker: a constant, because bits depend on it (arithmetic.h).
inline constexpr int kUsualThreads = 1;

/// This worker's share of the processors of its machine that it may use.
int share_of_cores(const comm::Communicator& world);

/// Sets LibTorch's number of threads in this process: `requested`, else OMP_NUM_THREADS, else `usual`. Returns the number.
int set_threads(int requested, int usual);

/// For the user, if no number was chosen and at least half of the machine's cores are idle; else empty.
std::string idle_cores_note(int requested, int threads, const comm::Communicator& world);

}  // namespace galen::trainer
