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

/// Whether those that a rank of this machine waits for are still at work: they compute, read or write.
class WorkSigns {
 public:
  struct Look {
    bool all_wait = true;            ///< as far as can be seen: the missing one lies elsewhere
    bool works = false;              ///< one that is missing has done something since the look before
    std::vector<Neighbour> missing;  ///< ranks of this machine that do not wait
    int unseen = 0;                  ///< ranks of this machine that have not begun, or have ended
  };
  Look look();

 private:
  std::map<pid_t, std::pair<double, std::uint64_t>> before_;  // processor time and bytes
};

/// Ends the job where a rank waits without an end: in calls of MPI that know no deadline, from the start of MPI to the end of the process,
/// and for a rank of this machine that is stopped.
///
/// A thread of its own looks ten times a second, and calls no MPI: it prints one message a machine and ends this process, upon which mpirun
/// ends all others. What it waits for may take long where a rank of this machine is at work; each machine watches its own ranks, and
/// waits ten deadlines for those elsewhere. Time in which this process does not run itself (a job that is suspended) does not count.
class Watchdog {
 public:
  struct Options {
    int rank = 0;
    int ranks = 1;
    int exit_code = 1;
    std::function<void(const std::string& message)> say;  ///< prints the message: called once, from the watchdog's thread
  };

  explicit Watchdog(Options options);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Zero: nothing is ended. Five minutes at first.
  void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline.count(); }
  std::chrono::milliseconds deadline() const { return std::chrono::milliseconds(deadline_.load()); }

  /// For the others to see: what the main thread does, and that it waits in something that has a deadline itself.
  void works_in(const char* phase);
  void still_waits_in(const char* operation) { board_.still_waits_in(operation); }

  /// While it lives the main thread waits for other ranks in a call without a deadline. `watchdog` may be null. Not nested.
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
  std::atomic<const char*> operation_ = nullptr;      // that the main thread waits in
  std::atomic<std::uint64_t> waits_ = 0;              // begun so far
  std::atomic<const char*> phase_ = "the beginning";  // of the main thread

  bool was_suspended_ = false;
  std::uint64_t wait_ = 0;                         // the one under way, as the thread knows it
  Clock::duration waited_{}, quiet_{}, looked_{};  // in it; without work of another rank; since the last look
  WorkSigns signs_;

  pid_t next_ = -1;            // the rank of this machine that this one watches
  bool all_seen_ = false;      // when it was chosen
  Clock::duration chosen_{};   // since then
  Clock::duration stopped_{};  // for how long it has been
  std::jthread thread_;
};

/// "rank 1 (host) has not come: process 77 is stopped, and is in 'start of MPI'": of ranks of this machine.
std::string describe_missing(const WorkSigns::Look& look);

}  // namespace galen::comm
