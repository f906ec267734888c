#pragma once

#include "launch/process/environment.h"
#include "launch/starting/hosts.h"
#include "launch/starting/launch_options.h"
#include "launch/starting/launched_command.h"
#include "launch/starting/machine.h"
#include "launch/starting/slurm_allocation.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::launch {

/// The machines on which a job can run.
struct Surroundings {
  Machine machine;
  Environment environment;
  std::optional<SlurmAllocation> slurm;
};

/// The numbers of workers, and their hosts.
struct Plan {
  int workers = 1;
  int coordinators = 0;            ///< 1: the last rank is the coordinator
  std::vector<Host> hosts;         ///< with their slots, in the order in which they are filled; never empty
  bool named_hosts = false;        ///< mpirun gets `hosts`; else it uses its default: this machine, or Slurm's allocation
  bool remote = false;             ///< some are other machines
  int threads = 0;                 ///< of a worker; 0: by the environment or the configuration
  int cores_a_worker = 0;          ///< to which it is bound; 0: not bound
  int loading_threads = 0;         ///< of a worker that trains and is bound to its own cores; 0: by the worker
  std::vector<std::string> notes;  ///< for the user

  int ranks() const { return workers + coordinators; }
};

/// Throws galen::UsageError for impossible combinations.
Plan make_plan(const LaunchOptions& options, const LaunchedCommand& command, const Surroundings& surroundings);

/// The same job on its remaining hosts, of which there must be some: no more workers than slots, everything else unchanged, so that results
/// stay the same.
Plan without_lost_hosts(const Plan& plan, const std::vector<std::string>& lost);

/// mpirun's command line. `arguments`: those of the command.
std::vector<std::string> mpirun_line(const Plan& plan, const LaunchOptions& options, const Surroundings& surroundings,
                                     const std::string& command, const std::vector<std::string>& arguments);

}  // namespace galen::launch
