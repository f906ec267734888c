#pragma once

#include "launch/process/environment.h"
#include "launch/starting/hosts.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// What Slurm has given to the job that this process runs in.
struct SlurmAllocation {
  std::vector<Host> hosts;  ///< each with the tasks that were asked for on it
  int tasks = 0;            ///< of --ntasks; 0: not asked for
  int cores_a_task = 0;     ///< of --cpus-per-task; 0: not asked for
  int cores_a_host = 0;     ///< the fewest that a host gives; 0: not known
  int gpus_a_host = 0;      ///< of the host that this process runs on
};

/// None outside of an allocation. Throws galen::Error where Slurm's variables are not as its manual has them.
std::optional<SlurmAllocation> slurm_allocation(const Environment& environment);

/// "node[01-03,7],gpu1" → node01, node02, node03, node7, gpu1.
std::vector<std::string> expand_nodes(const std::string& text);

/// "4(x2),3" → 4, 4, 3.
std::vector<int> expand_counts(const std::string& text);

}  // namespace galen::launch
