#pragma once

#include "launch/process/environment.h"
#include "launch/starting/hosts.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// The resources that Slurm allocated to the job of this process.
struct SlurmAllocation {
  std::vector<Host> hosts;  ///< each with its number of requested tasks
  int tasks = 0;            ///< of --ntasks; 0: not requested
  int cores_a_task = 0;     ///< of --cpus-per-task; 0: not requested
  int cores_a_host = 0;     ///< minimum over the hosts; 0: unknown
  int gpus_a_host = 0;      ///< of the host that this process runs on
};

/// None outside of an allocation. Throws galen::Error if Slurm's variables are not as documented in its manual.
std::optional<SlurmAllocation> slurm_allocation(const Environment& environment);

/// "node[01-03,7],gpu1" → node01, node02, node03, node7, gpu1.
std::vector<std::string> expand_nodes(const std::string& text);

/// "4(x2),3" → 4, 4, 3.
std::vector<int> expand_counts(const std::string& text);

}  // namespace galen::launch
