#pragma once

#include <signal.h>

#include <optional>

namespace galen::launch {

/// While it lives, SIGINT, SIGTERM, SIGUSR1, SIGHUP and SIGCHLD wait in a file to be read, in place of what they do otherwise. One a
/// process, which must have one thread only.
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

  /// Ctrl-C more than once: somebody waits. Other signals come in twos by themselves: a scheduler's warning, then its SIGTERM.
  bool in_haste() const { return interrupts_ > 1; }

 private:
  int file_ = -1;
  sigset_t earlier_{};
  std::optional<int> first_;
  int interrupts_ = 0;
};

}  // namespace galen::launch
