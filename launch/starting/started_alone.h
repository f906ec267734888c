#pragma once

#include "launch/process/environment.h"

#include <string>

namespace galen::launch {

/// For a process that is alone according to MPI: throws galen::UsageError if the environment shows that it was started as one of several,
/// each of which would act as rank 0 (srun or torchrun without this MPI, another MPI's mpirun), or that train runs alone in a Slurm job of
/// several tasks. `mpirun -np 1` is accepted.
void check_meant_to_be_alone(const std::string& command, const Environment& environment);

}  // namespace galen::launch
