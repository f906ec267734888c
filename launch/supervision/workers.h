#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace galen::launch {

/// The workers that an mpirun has started on this machine: its children that run this program.
class Workers {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Workers(pid_t mpirun) : mpirun_(mpirun) {}
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Records which workers have started and which have ended. Looks for new ones from time to time, frequently while they start.
  void look();

  bool any() const { return !files_.empty(); }  ///< whether there are any

  /// Files to poll: one becomes readable when a worker ends.
  std::vector<int> files() const;

  /// When the first of them ended while its mpirun still runs; none while all of them run.
  std::optional<Clock::time_point> first_gone() const { return first_gone_; }

  void signal(int number) const;  ///< to the remaining ones

 private:
  void find();

  pid_t mpirun_;
  std::map<pid_t, int> files_;  // of the running ones
  Clock::time_point searched_{};
  Clock::time_point came_ = Clock::now();  // start of the last one; of mpirun if there is none
  std::optional<Clock::time_point> first_gone_;
};

}  // namespace galen::launch
