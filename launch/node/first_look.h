#pragma once

#include "launch/process/environment.h"

#include <string>
#include <vector>

namespace galen::launch {

/// Checks the node before MPI starts, for problems that crash or stop Open MPI without a message: free space in TMPDIR and for the memory
/// shared by ranks, /proc, memory left by dead jobs, and process ids shared by two ranks. The node's first rank checks for all. Returns
/// notes for the user. Throws galen::Error if MPI would crash; mpirun then ends the job.
std::vector<std::string> look_at_node(const Environment& environment);

}  // namespace galen::launch
