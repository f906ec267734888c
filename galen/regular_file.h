#pragma once

#include "galen/error.h"

#include <sys/stat.h>

#include <string>

namespace galen {

/// The kind of a path that is neither a file nor a folder, such as "a FIFO". Empty for files, folders and paths that do not
/// exist. Opening a FIFO waits for a writer, and reading a device may never end.
inline std::string special_kind(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return "";
  if (S_ISFIFO(status.st_mode)) return "a FIFO";
  if (S_ISSOCK(status.st_mode)) return "a socket";
  return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) ? "a device" : "";
}

/// Throws galen::Error if special_kind() is not empty. Called before a file named by the user is opened for reading.
inline void expect_regular_file(const std::string& path) {
  const std::string kind = special_kind(path);
  if (!kind.empty()) throw Error("{}: is {}, not a file. Write its contents to a file, and name that file.", path, kind);
}

}  // namespace galen
