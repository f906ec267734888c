#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace galen::launch {

/// Detects whether a job is active: a file of its run's folder changes, it prints, or its processes on this machine use the processor.
/// Ranks that wait for each other hardly do.
class LifeSigns {
 public:
  LifeSigns(std::string folder, std::string job, std::chrono::duration<double> patience);

  /// Reports that the job printed something.
  void heard() { seen_ = Clock::now(); }

  /// Whether there was no activity for the whole patience. Checks no more often than necessary.
  bool none();

 private:
  using Clock = std::chrono::steady_clock;

  std::string folder_;
  std::string job_;
  std::chrono::duration<double> patience_;
  Clock::time_point seen_ = Clock::now();
  Clock::time_point looked_ = Clock::now();
  std::filesystem::file_time_type changed_ = std::filesystem::file_time_type::min();
  std::chrono::duration<double> computed_{0};
};

}  // namespace galen::launch
