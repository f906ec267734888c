#pragma once

#include <atomic>

namespace galen::trainer {

/// Set from a signal handler, read by the training loop; the ranks agree on it at the next step's end.
class StopRequest {
 public:
  void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }  ///< Ctrl-C
  void preempt() { preempted_.store(true, std::memory_order_relaxed); }      ///< SIGTERM, SIGUSR1

  bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }
  bool preempted() const { return preempted_.load(std::memory_order_relaxed); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::atomic<bool> interrupted_ = false;
  std::atomic<bool> preempted_ = false;
};

}  // namespace galen::trainer
