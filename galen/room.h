#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// Bytes of memory that this process can have at all, and that are left: what the kernel has, within the limits of control groups
/// (galen/control_groups.h). The largest number where nothing is known. `root`: the folder below which /proc and /sys are read, for tests.
std::int64_t total_memory(const std::string& root = "");
std::int64_t available_memory(const std::string& root = "");

/// Throws galen::Error where more memory is wanted than is available: "WHAT: 8.6 GiB of memory are needed, and 4.0 GiB are left. REMEDY".
void expect_memory(std::int64_t bytes, const std::string& what, const std::string& remedy);

/// What a folder's file system holds, in bytes.
struct Space {
  std::int64_t total = 0;
  std::int64_t free = 0;  ///< for this user
};

/// Nothing where the folder is absent, or its file system does not say.
std::optional<Space> space_in(const std::string& folder);

/// Throws galen::Error where the disk that `file` is to be written to has less than `bytes`. Does nothing where space_in() knows nothing.
void expect_disk_space(const std::string& file, std::int64_t bytes, const std::string& what);

/// a · b, or the largest number.
std::int64_t saturating_product(std::int64_t a, std::int64_t b);

}  // namespace galen
