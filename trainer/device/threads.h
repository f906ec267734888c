#pragma once

#include "comm/communicator.h"

#include <string>

namespace galen::trainer {

/// The threads of a worker that trains, where no number is chosen: on any number of workers the same, as bits depend on it (arithmetic.h).
inline constexpr int kUsualThreads = 1;

/// This worker's share of the processors of its machine, of those that it may use.
int share_of_cores(const comm::Communicator& world);

/// Sets the threads that LibTorch computes with in this process: `requested`, else OMP_NUM_THREADS, else `usual`. Returns the number.
int set_threads(int requested, int usual);

/// For the user, where no number was chosen and half of the machine's cores or more have nothing to do; else empty.
std::string idle_cores_note(int requested, int threads, const comm::Communicator& world);

}  // namespace galen::trainer
