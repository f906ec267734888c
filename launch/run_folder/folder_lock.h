#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace galen::launch {

/// One process at a time works on a folder: a lock on the file FOLDER/NAME, which stays there with the holder's host and process
/// number in it, and is emptied at the end of orderly work. The kernel lets go of the lock when its holder ends, however it ends. On
/// network file systems it holds between hosts where the file system has locks; where it has none, it only sees holders on the same host.
class FolderLock {
 public:
  /// Throws galen::UsageError, naming the holder, where another one has it for longer than `patience`.
  FolderLock(const std::string& folder, const std::string& name, std::chrono::milliseconds patience);
  ~FolderLock();
  /// Whether a process is at work, or has ended in the middle of it.
  static bool is_unfinished(const std::string& folder, const std::string& name);

  /// Whether the lock still is in the folder: neither was removed or renamed.
  bool is_in_place() const;

  FolderLock(FolderLock&& other) noexcept : file_(other.file_), path_(std::move(other.path_)) { other.file_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  int file_ = -1;
  std::string path_;
};

}  // namespace galen::launch
