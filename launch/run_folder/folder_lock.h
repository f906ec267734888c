#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace galen::launch {

/// Allows one process at a time to use a folder: a lock on the file FOLDER/NAME, which stays, with the holder's host and process number in
/// it, and is emptied after an orderly end. The kernel releases the lock when its holder ends in any way. On network file systems with
/// locks it works between hosts; on those without, it only detects holders on the same host.
class FolderLock {
 public:
  /// Throws galen::UsageError, naming the holder, if another process has it for longer than `patience`.
  FolderLock(const std::string& folder, const std::string& name, std::chrono::milliseconds patience);
  ~FolderLock();
  /// Whether a process uses the folder, or ended without an orderly end.
  static bool is_unfinished(const std::string& folder, const std::string& name);

  /// Whether the lock is still in the folder: neither was removed or renamed.
  bool is_in_place() const;

  FolderLock(FolderLock&& other) noexcept : file_(other.file_), path_(std::move(other.path_)) { other.file_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  int file_ = -1;
  std::string path_;
};

}  // namespace galen::launch
