#pragma once

#include <string>

namespace galen::data {

/// Keeps others from writing the same file: FILE.lock, locked as long as this lives, and gone with the process however it ends. File
/// systems without locks are trusted.
class TargetLock {
 public:
  /// Throws galen::Error if another process holds the lock.
  explicit TargetLock(const std::string& file);
  ~TargetLock();
  TargetLock(const TargetLock&) = delete;
  TargetLock& operator=(const TargetLock&) = delete;

 private:
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace galen::data
