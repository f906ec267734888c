#pragma once

#include <span>
#include <string>
#include <string_view>

namespace galen::trainer {

/// Writes the concatenated `pieces` as the file `path` of a run, atomically: see FileSink. A full disk or any other failure throws
/// galen::Error. Returns the bytes' XXH3-128 as 32 hex digits.
std::string write_whole(const std::string& path, std::span<const std::string_view> pieces);

/// A file's bytes and their XXH3-128. Throws galen::Error if it cannot be read.
struct FileBytes {
  std::string bytes;
  std::string digest;
};
FileBytes read_whole(const std::string& path);

}  // namespace galen::trainer
