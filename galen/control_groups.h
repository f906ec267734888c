#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// Limits of the kernel's control groups (version 1 and 2) on this process: the lowest of its own group and the groups above it.
/// Containers and batch systems limit jobs this way. `root`: the folder under which /proc and /sys are read, for tests.

/// Processors, possibly a fraction: "200000 100000" in cpu.max is 2. Empty if no group limits them.
std::optional<double> processor_limit(const std::string& root = "");

struct GroupMemory {
  std::int64_t limit;  ///< bytes; the largest number if no group limits memory
  std::int64_t left;   ///< bytes left; file pages do not count as used, because the kernel can reclaim them
};
GroupMemory memory_of_groups(const std::string& root = "");

}  // namespace galen
