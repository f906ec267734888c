#pragma once

namespace galen::launch {

/// What this machine offers to workers.
struct Machine {
  int cores = 1;         ///< physical ones that this process may use, no more than its container's quota
  int memory_nodes = 1;  ///< parts that each have memory of their own (NUMA)
  int gpus = 0;          ///< that CUDA's driver shows to this process
  bool root = false;     ///< this is root: Open MPI wants a confirmation
};

/// `count_gpus`: ask CUDA's driver, which takes it a second where there are some.
Machine examine_this_machine(bool count_gpus);

}  // namespace galen::launch
