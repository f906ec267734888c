#pragma once

#include <string>

namespace galen::launch {

/// $TMPDIR, or /tmp.
std::string temporary_folder();

/// Throws galen::Error where mpirun, which keeps its files in temporary_folder(), would hang or fail for want of room there.
void check_room_for_mpirun();

/// A shell's command that fails where this is so on another host.
std::string command_to_look_for_room();

}  // namespace galen::launch
