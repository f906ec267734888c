#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// What the kernel's control groups (version 1 and 2) leave to this process: the least that its own group and the groups above it allow.
/// Containers and batch systems limit their jobs so. `root`: the folder below which /proc and /sys are read, for tests.

/// Processors, which need not be a whole number: "200000 100000" in cpu.max are 2. Nothing where no group limits them.
std::optional<double> processor_limit(const std::string& root = "");

struct GroupMemory {
  std::int64_t limit;  ///< bytes; the largest number where no group limits them
  std::int64_t left;   ///< of these; pages of files are not counted as used, as they make room when it is needed
};
GroupMemory memory_of_groups(const std::string& root = "");

}  // namespace galen
