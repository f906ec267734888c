#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen::launch {

/// What a folder's file system holds.
struct Space {
  std::int64_t total = 0;
  std::int64_t free = 0;  ///< for this user; bytes
};

/// Nothing where the folder is absent.
std::optional<Space> space_in(const std::string& folder);

/// "64.0 MiB", "1.5 GiB".
std::string to_size(std::int64_t bytes);

/// $TMPDIR, or /tmp.
std::string temporary_folder();

/// Throws galen::Error where mpirun, which keeps its files in temporary_folder(), would hang or fail for want of room there.
void check_room_for_mpirun();

/// A shell's command that fails where this is so on another host.
std::string command_to_look_for_room();

}  // namespace galen::launch
