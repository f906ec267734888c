#pragma once

#include "comm/neighbours.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace galen::comm {

/// Checks whether the ranks of this machine that a rank waits for are working: they compute, read or write.
class WorkSigns {
 public:
  struct Look {
    bool all_wait = true;            ///< all visible ranks wait: the missing one is on another machine
    bool works = false;              ///< a missing rank has worked since the previous look
    std::vector<Neighbour> missing;  ///< ranks of this machine that do not wait
    int unseen = 0;                  ///< ranks of this machine that have not started, or have ended
  };
  Look look();

 private:
  std::map<pid_t, std::pair<double, std::uint64_t>> before_;  // processor time and bytes
};

/// Ends the job where a rank would wait forever: in MPI calls without a deadline, from the start of MPI to the end of the process,
/// and for a rank of this machine that is stopped.
///
/// Its thread checks ten times a second and calls no MPI: it prints one message a machine and ends this process; mpirun then
/// ends all others. A wait may last as long as a rank of this machine is working; each machine watches its own ranks, and
/// waits ten deadlines for those on other machines. Time in which this process is suspended does not count.
class Watchdog {
 public:
  struct Options {
    int rank = 0;
    int ranks = 1;
    int exit_code = 1;
    std::function<void(const std::string& message)> say;  ///< prints the message; called once, from the watchdog's thread
  };

  explicit Watchdog(Options options);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Zero: no limit. Default: five minutes.
  void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline.count(); }
  std::chrono::milliseconds deadline() const { return std::chrono::milliseconds(deadline_.load()); }

  /// Published to the other ranks: what the main thread does, and that it waits in an operation with its own deadline.
  void works_in(const char* phase);
  void still_waits_in(const char* operation) { board_.still_waits_in(operation); }

  /// While it exists, the main thread waits for other ranks in a call without a deadline. `watchdog` may be null. Not nested.
  class Waiting {
   public:
    Waiting(Watchdog* watchdog, const char* operation);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    Watchdog* watchdog_;
  };

 private:
  using Clock = std::chrono::steady_clock;

  void watch(const std::stop_token& stop);
  void look_at_wait(const char* operation, Clock::duration step);
  void look_at_next(Clock::duration step);
  void choose_next();
  [[noreturn]] void end(const std::string& message) const;

  const Options options_;
  SignBoard board_;
  std::atomic<std::int64_t> deadline_;                // in ms
  std::atomic<const char*> operation_ = nullptr;      // of the main thread's wait
  std::atomic<std::uint64_t> waits_ = 0;              // waits started so far
  std::atomic<const char*> phase_ = "the beginning";  // of the main thread

  bool was_suspended_ = false;
  std::uint64_t wait_ = 0;                         // the current wait, as last seen by the thread
  Clock::duration waited_{}, quiet_{}, looked_{};  // in this wait; without work of another rank; since the last look
  WorkSigns signs_;

  pid_t next_ = -1;            // the rank of this machine that this one watches
  bool all_seen_ = false;      // all ranks were visible when it was chosen
  Clock::duration chosen_{};   // time since then
  Clock::duration stopped_{};  // how long it has been stopped
  std::jthread thread_;
};

/// "rank 1 (host) has not arrived: process 77 is stopped, and is in 'start of MPI'", for ranks of this machine.
std::string describe_missing(const WorkSigns::Look& look);

}  // namespace galen::comm
