#pragma once

#include <atomic>

namespace galen::trainer {

/// A request to stop a run, and its reason. Set by a signal handler or a clock, read by the training loop; the ranks agree on it at the end
/// of the next step.
class StopRequest {
 public:
  void interrupt() { interrupted_.store(true); }        ///< Ctrl-C
  void preempt() { preempted_.store(true); }            ///< SIGTERM, SIGUSR1
  void run_out_of_time() { out_of_time_.store(true); }  ///< see TimeLimit

  bool interrupted() const { return interrupted_.load(); }
  bool preempted() const { return preempted_.load(); }
  bool out_of_time() const { return out_of_time_.load(); }

  /// Exists while requests are read, for example by the training loop at the end of each step. If nothing reads them, the process that
  /// makes a request ends itself: it first makes the request and then checks for a watch, so that one made as the watch ends is not missed.
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
