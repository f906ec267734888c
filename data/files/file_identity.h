#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen::data {

/// What a file system says of a file, and changes where somebody writes to it or puts another in its place.
struct FileIdentity {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t inode = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970

  bool operator==(const FileIdentity&) const = default;
};

/// Of the file as it is; none where it cannot be opened. Opens it: network file systems answer for a name alone out of what they remember,
/// and ask the server when a file is opened.
std::optional<FileIdentity> identify(const std::string& path);

/// How a file differs from `before`, the second half of a sentence: "was written to at 2026-05-04 10:00:00 UTC"; empty where it does not.
std::string difference(const FileIdentity& before, const FileIdentity& now);

}  // namespace galen::data
