#include "launch/node/free_space.h"

#include "galen/error.h"
#include "galen/room.h"
#include "galen/size_text.h"

#include <cstdlib>

namespace galen::launch {

namespace {

constexpr std::int64_t kTakenByMpirun = std::int64_t{9} << 20;  // two segments of 4 MiB, and some small files

}  // namespace

std::string temporary_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
}

void check_room_for_mpirun() {
  const std::string folder = temporary_folder();
  const std::optional<Space> space = space_in(folder);
  if (!space)
    throw Error("{}: the folder does not exist, and mpirun keeps its files in it. Set TMPDIR to a folder with free space.", folder);
  if (space->free < kTakenByMpirun)
    throw Error("{}: {} are free, but mpirun, which keeps its files in it, needs {}: it would hang. Free some space, or set TMPDIR.",
                folder, size_text(space->free), size_text(kTakenByMpirun));
}

std::string command_to_look_for_room() {
  return fmt::format("test \"$(df -Pk \"${{TMPDIR:-/tmp}}\" | awk 'NR == 2 {{ print $4 }}')\" -ge {}", kTakenByMpirun >> 10);
}

}  // namespace galen::launch
