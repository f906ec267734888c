#pragma once

#include <optional>

namespace galen::launch {

/// From its making on SIGINT, SIGTERM, SIGUSR1, SIGHUP (not under nohup) and SIGCHLD wait in a file to be read, in place of what they do
/// otherwise: to the end of the process, so that one that comes when all is over does not change its exit code. One a process, which must
/// have one thread only.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int file() const { return file_; }  ///< readable when a signal is there

  /// Takes in what has arrived: whether a stop signal was among it.
  bool read();

  /// The first stop signal that ever came; nothing while none has.
  std::optional<int> first() const { return first_; }

  /// Ctrl-C more than once: a person waits. Other signals come in twos by themselves: a scheduler's warning, then its SIGTERM.
  bool in_haste() const { return interrupts_ > 1; }

 private:
  int file_ = -1;
  std::optional<int> first_;
  int interrupts_ = 0;
};

}  // namespace galen::launch
