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

/// Where a job can run.
struct Surroundings {
  Machine machine;
  Environment environment;
  std::optional<SlurmAllocation> slurm;
};

/// How many workers run where.
struct Plan {
  int workers = 1;
  int coordinators = 0;            ///< 1: a last rank that is no worker
  std::vector<Host> hosts;         ///< with their slots, in the order in which they are filled; never empty
  bool named_hosts = false;        ///< mpirun gets `hosts`; else it finds them itself: this machine, or Slurm's allocation
  bool remote = false;             ///< some are other machines
  int threads = 0;                 ///< of a worker; 0: as the environment or the configuration has it
  int cores_a_worker = 0;          ///< that it keeps to; 0: it may use all
  int loading_threads = 0;         ///< of a worker that trains and sees its own cores only; 0: left to it
  std::vector<std::string> notes;  ///< for the user

  int ranks() const { return workers + coordinators; }
};

/// Throws galen::UsageError for what cannot be.
Plan make_plan(const LaunchOptions& options, const LaunchedCommand& command, const Surroundings& surroundings);

/// The same job on those of its hosts that are left, which must be some: no more workers than there is room for, all else as it was, so
/// that results stay the same.
Plan without_lost_hosts(const Plan& plan, const std::vector<std::string>& lost);

/// mpirun's command line. `arguments`: the command's.
std::vector<std::string> mpirun_line(const Plan& plan, const LaunchOptions& options, const Surroundings& surroundings,
                                     const std::string& command, const std::vector<std::string>& arguments);

}  // namespace galen::launch
