#pragma once

namespace galen::launch {

/// The resources of this machine for workers.
struct Machine {
  int cores = 1;         ///< physical ones that this process may use, limited by its container's quota
  int memory_nodes = 1;  ///< parts with their own memory (NUMA)
  int gpus = 0;          ///< visible to this process, by CUDA's driver
  bool root = false;     ///< the user is root: Open MPI needs a confirmation
};

/// `count_gpus`: query CUDA's driver, which takes a second if there are GPUs.
Machine examine_this_machine(bool count_gpus);

}  // namespace galen::launch
