#include "launch/node/leftovers.h"

#include "launch/open_mpi/open_mpi.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <system_error>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

// Inodes of the segments that processes have mapped, as far as this user can see them.
using Mapped = std::set<ino_t>;

void add_mapped(const fs::path& maps, Mapped& mapped) {
  std::ifstream stream(maps);
  for (std::string line; std::getline(stream, line);) {
    if (!open_mpi::names_segment(line)) continue;
    // ADDRESSES RIGHTS OFFSET DEVICE INODE PATH
    char device[32];
    unsigned long long inode = 0;
    if (std::sscanf(line.c_str(), "%*s %*s %*s %31s %llu", device, &inode) == 2) mapped.insert(inode);
  }
}

Mapped mapped_segments() {
  Mapped mapped;
  std::error_code ended;
  for (const auto& entry : fs::directory_iterator("/proc", fs::directory_options::skip_permission_denied, ended)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) add_mapped(entry.path() / "maps", mapped);
  }
  return mapped;
}

}  // namespace

Leftovers find_leftovers(const fs::path& folder, std::chrono::seconds age) {
  Leftovers found;
  std::vector<std::pair<fs::path, struct stat>> candidates;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    struct stat status = {};
    if (!open_mpi::is_segment_of_this_host(entry.path().filename()) || ::lstat(entry.path().c_str(), &status) != 0) continue;
    const auto written = std::chrono::system_clock::from_time_t(status.st_ctime);
    if (S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && std::chrono::system_clock::now() - written >= age)
      candidates.emplace_back(entry.path(), status);
  }
  if (candidates.empty() || !fs::exists("/proc/self/maps", absent)) return found;
  const Mapped mapped = mapped_segments();
  for (const auto& [path, status] : candidates) {
    if (mapped.contains(status.st_ino)) continue;
    found.files.push_back(path);
    found.bytes += static_cast<std::int64_t>(status.st_blocks) * 512;
  }
  return found;
}

std::size_t remove_leftovers(const Leftovers& leftovers) {
  std::size_t removed = 0;
  std::error_code gone;
  for (const fs::path& file : leftovers.files) removed += fs::remove(file, gone) ? 1 : 0;
  return removed;
}

}  // namespace galen::launch
