#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace galen::test {

/// Ends the process with exit code 1 when the deadline passes, after a line on stderr that says what hangs: `who` and the last task.
/// Under mpirun every rank that hangs prints its line before the first one ends the job.
class HangWatchdog {
 public:
  HangWatchdog(std::string who, std::chrono::seconds patience);
  ~HangWatchdog();
  HangWatchdog(const HangWatchdog&) = delete;
  HangWatchdog& operator=(const HangWatchdog&) = delete;

  /// Names the current task; thread-safe.
  void begin(const std::string& task);

  /// Moves the deadline forward, to at most `patience` from now.
  void hurry(std::chrono::seconds patience);

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable news_;
  const std::string who_;
  std::string task_;
  std::chrono::steady_clock::time_point deadline_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace galen::test
