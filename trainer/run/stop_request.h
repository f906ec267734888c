#pragma once

#include <atomic>

namespace galen::trainer {

/// That a run is to stop, and why. Set from a signal handler or by a clock, read by the training loop; the ranks agree on it at the next
/// step's end.
class StopRequest {
 public:
  void interrupt() { interrupted_.store(true); }        ///< Ctrl-C
  void preempt() { preempted_.store(true); }            ///< SIGTERM, SIGUSR1
  void run_out_of_time() { out_of_time_.store(true); }  ///< see TimeLimit

  bool interrupted() const { return interrupted_.load(); }
  bool preempted() const { return preempted_.load(); }
  bool out_of_time() const { return out_of_time_.load(); }

  /// Lives while requests are looked at: by the training loop at each step's end, say. Whoever makes one while nobody looks ends the
  /// process itself, which makes it first and then asks whether anything looks, so that one made as the watch ends is not missed.
  class Watch {
   public:
    explicit Watch(StopRequest& request) : request_(request) { request_.watched_.store(true); }
    ~Watch() { request_.watched_.store(false); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    StopRequest& request_;
  };

  bool watched() const { return watched_.load(); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::atomic<bool> interrupted_ = false;
  std::atomic<bool> preempted_ = false;
  std::atomic<bool> out_of_time_ = false;
  std::atomic<bool> watched_ = false;
};

}  // namespace galen::trainer
