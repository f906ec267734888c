#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace galen::launch {

/// Memory that Open MPI shared among the ranks of a job, as the files vader_segment.HOST.USER.JOB.RANK, and that a job which was killed
/// has left.
struct Leftovers {
  std::vector<std::filesystem::path> files;
  std::int64_t bytes = 0;  ///< that they take from the folder

  bool empty() const { return files.empty(); }
};

/// Those in `folder` that are this user's and of this host, that no process has mapped, and that have been there for `age`: a rank
/// maps its own at once. Nothing where /proc does not show this user's processes.
Leftovers find_leftovers(const std::filesystem::path& folder, std::chrono::seconds age = std::chrono::seconds(5));

/// Removes them. Returns how many are gone.
std::size_t remove_leftovers(const Leftovers& leftovers);

}  // namespace galen::launch
