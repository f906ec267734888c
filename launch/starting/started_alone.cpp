#include "launch/starting/started_alone.h"

#include "galen/error.h"
#include "launch/open_mpi/open_mpi.h"

#include <array>

namespace galen::launch {

namespace {

// Set for each process by programs that start several: another MPI's mpirun, srun with a process manager, torchrun and similar.
constexpr std::array<const char*, 5> kLaunchers = {open_mpi::kRanks, "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS",
                                                   "WORLD_SIZE"};

}  // namespace

void check_meant_to_be_alone(const std::string& command, const Environment& environment) {
  for (const char* name : kLaunchers) {
    const int processes = number_of(environment, name);
    if (processes > 1) {
      throw UsageError(
          "{} = {}: this is one of {} processes, but for MPI each of them is alone, and all would do the same work. Start them "
          "with "
          "galen launch -n {}, or with the mpirun of the MPI library that galen doctor shows.",
          name, processes, processes, processes);
    }
    if (processes == 1) return;
  }
  const int tasks = number_of(environment, "SLURM_NTASKS");
  if (command == "train" && tasks > 1) {
    throw UsageError(
        "this Slurm job has {} tasks (SLURM_NTASKS), but training was started as one process. Start it with galen launch, which uses the "
        "job's tasks, or with galen launch -n 1.",
        tasks);
  }
}

}  // namespace galen::launch
