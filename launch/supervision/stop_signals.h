#pragma once

#include <optional>

namespace galen::launch {

/// From construction on SIGINT, SIGTERM, SIGUSR1, SIGHUP (not under nohup) and SIGCHLD are queued to be read, instead of their default
/// action, until the process ends: a signal after the end of the work does not change the exit code. One per process, which must have a
/// single thread.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int file() const { return file_; }  ///< readable when a signal has arrived

  /// Reads the queued signals. Whether a stop signal was among them.
  bool read();

  /// The first stop signal received; none so far if empty.
  std::optional<int> first() const { return first_; }

  /// Whether Ctrl-C was pressed more than once. Other signals come in pairs: a scheduler sends a warning, then SIGTERM.
  bool in_haste() const { return interrupts_ > 1; }

 private:
  int file_ = -1;
  std::optional<int> first_;
  int interrupts_ = 0;
};

}  // namespace galen::launch
