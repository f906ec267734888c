#pragma once

#include "launch/process/environment.h"

#include <string>
#include <vector>

namespace galen::launch {

/// What a rank looks at on its node before MPI starts, as what is wrong there crashes or stops Open MPI without a message: room in TMPDIR
/// and for the memory that ranks share, /proc, memory that dead jobs have left, and process ids that two ranks have in common. The node's
/// first rank looks for all. Returns notes for the user. Throws galen::Error where MPI would crash; mpirun then ends the job.
std::vector<std::string> look_at_node(const Environment& environment);

}  // namespace galen::launch
