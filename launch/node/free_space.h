#pragma once

#include <string>

namespace galen::launch {

/// $TMPDIR, or /tmp.
std::string temporary_folder();

/// Throws galen::Error if mpirun, which keeps its files in temporary_folder(), would hang or fail for lack of space.
void check_room_for_mpirun();

/// A shell command that fails if this holds on the host that runs it.
std::string command_to_look_for_room();

}  // namespace galen::launch
