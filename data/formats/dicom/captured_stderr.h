#pragma once

#include <mutex>
#include <string>

namespace galen::data {

/// Keeps what a library writes to the process's standard error from the user's screen, for the time of one call. One at a time: a second
/// thread waits for the first to finish.
class CapturedStderr {
 public:
  CapturedStderr();
  ~CapturedStderr();
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;

  std::string finish();  ///< Standard error is again what it was; the text that was written meanwhile, its beginning at most.

 private:
  std::lock_guard<std::mutex> turn_;
  int screen_ = -1;
  int file_ = -1;
};

}  // namespace galen::data
