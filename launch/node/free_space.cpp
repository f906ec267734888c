#include "launch/node/free_space.h"

#include "galen/error.h"

#include <sys/statvfs.h>

#include <cstdlib>

namespace galen::launch {

namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kTakenByMpirun = 9 * kMiB;  // two segments of 4 MiB, and some small files

}  // namespace

std::optional<Space> space_in(const std::string& folder) {
  struct statvfs status = {};
  if (statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  const auto unit = static_cast<std::int64_t>(status.f_frsize);
  return Space{static_cast<std::int64_t>(status.f_blocks) * unit, static_cast<std::int64_t>(status.f_bavail) * unit};
}

std::string to_size(std::int64_t bytes) {
  const double mebibytes = static_cast<double>(bytes) / kMiB;
  return mebibytes < 1000 ? fmt::format("{:.1f} MiB", mebibytes) : fmt::format("{:.1f} GiB", mebibytes / 1024);
}

std::string temporary_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
}

void check_room_for_mpirun() {
  const std::string folder = temporary_folder();
  const std::optional<Space> space = space_in(folder);
  if (!space) throw Error("{}: there is no such folder, and mpirun keeps its files there. Set TMPDIR to one with room.", folder);
  if (space->free < kTakenByMpirun)
    throw Error("{}: {} are free, and mpirun, which keeps its files there, needs {}: it would hang. Free some space, or set TMPDIR.",
                folder, to_size(space->free), to_size(kTakenByMpirun));
}

std::string command_to_look_for_room() {
  return fmt::format("test \"$(df -Pk \"${{TMPDIR:-/tmp}}\" | awk 'NR == 2 {{ print $4 }}')\" -ge {}", kTakenByMpirun >> 10);
}

}  // namespace galen::launch
