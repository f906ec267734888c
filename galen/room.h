#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// Bytes of memory that this process can use in total, and that are left: the kernel's figures, within the limits of control groups
/// (galen/control_groups.h). The largest number if unknown. `root`: the folder under which /proc and /sys are read, for tests.
std::int64_t total_memory(const std::string& root = "");
std::int64_t available_memory(const std::string& root = "");

/// Throws galen::Error if more memory is needed than is available: "WHAT: 8.6 GiB of memory are needed, but 4.0 GiB are left. REMEDY".
void expect_memory(std::int64_t bytes, const std::string& what, const std::string& remedy);

/// Capacity of a folder's file system, in bytes.
struct Space {
  std::int64_t total = 0;
  std::int64_t free = 0;  ///< for this user
};

/// Empty if the folder does not exist, or its file system does not report it.
std::optional<Space> space_in(const std::string& folder);

/// Throws galen::Error if the disk of `file` has less than `bytes` free. Does nothing if space_in() is empty.
void expect_disk_space(const std::string& file, std::int64_t bytes, const std::string& what);

/// a · b, limited to the largest number.
std::int64_t saturating_product(std::int64_t a, std::int64_t b);

}  // namespace galen
