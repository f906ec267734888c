#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace galen::launch {

/// Memory that Open MPI shared among the ranks of a job, in files vader_segment.HOST.USER.JOB.RANK, and that a killed job left
/// behind.
struct Leftovers {
  std::vector<std::filesystem::path> files;
  std::int64_t bytes = 0;  ///< used in the folder

  bool empty() const { return files.empty(); }
};

/// The files in `folder` of this user and this host that no process has mapped and that are at least `age` old: a rank maps its own at
/// once. None if /proc does not show this user's processes.
Leftovers find_leftovers(const std::filesystem::path& folder, std::chrono::seconds age = std::chrono::seconds(5));

/// Removes them. Returns how many were removed.
std::size_t remove_leftovers(const Leftovers& leftovers);

}  // namespace galen::launch
