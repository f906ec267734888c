#pragma once

#include <cstdint>
#include <string>

namespace galen {

/// Bytes of memory that this machine can still give to this process: what the kernel has, within what its control groups were given (v1
/// and v2, pages of files not counted as used). The largest number where nothing is known. `root`: of the file system that tells, for
/// tests.
std::int64_t available_memory(const std::string& root = "");

/// Throws galen::Error where more memory is wanted than there is: "WHAT: 8.6 GB of memory are needed, and 4.0 GB are left. REMEDY".
void expect_memory(std::int64_t bytes, const std::string& what, const std::string& remedy);

/// The same of the disk that `file` is to be written to. What cannot be found out is not held against it.
void expect_disk_space(const std::string& file, std::int64_t bytes, const std::string& what);

/// "8.6 GB", "512 kB".
std::string size_text(std::int64_t bytes);

/// a · b, or the largest number.
std::int64_t saturating_product(std::int64_t a, std::int64_t b);

}  // namespace galen
