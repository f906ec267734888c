#pragma once

#include "launch/process/environment.h"

#include <string>

namespace galen::launch {

/// For a process whose MPI says that it is alone: throws galen::UsageError where the environment says that it was started as one of
/// several, each of which would believe itself to be rank 0 (srun or torchrun without this MPI, another MPI's mpirun), or that train runs
/// alone in a Slurm job of several tasks. `mpirun -np 1` is taken at its word.
void check_meant_to_be_alone(const std::string& command, const Environment& environment);

}  // namespace galen::launch
