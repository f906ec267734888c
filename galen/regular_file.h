#pragma once

#include "galen/error.h"

#include <sys/stat.h>

#include <string>

namespace galen {

/// What a name of the file system stands for where it is neither a file nor a folder, such as "a FIFO". Empty for those, and where there
/// is nothing. Opening a FIFO waits for a writer, and reading a device may never end.
inline std::string special_kind(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return "";
  if (S_ISFIFO(status.st_mode)) return "a FIFO";
  if (S_ISSOCK(status.st_mode)) return "a socket";
  return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) ? "a device" : "";
}

/// Throws galen::Error where special_kind() is not empty: before a file that somebody named is opened to be read.
inline void expect_regular_file(const std::string& path) {
  const std::string kind = special_kind(path);
  if (!kind.empty()) throw Error("{}: is {}, not a file. Write what it gives into a file, and name that.", path, kind);
}

}  // namespace galen
