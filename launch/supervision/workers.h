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

  /// Records which workers have started, with a look now and then that is frequent while they start, and which have ended.
  void look();

  bool any() const { return !files_.empty(); }  ///< whether one is there

  /// Files to poll: one becomes readable when a worker ends.
  std::vector<int> files() const;

  /// When the first of them ended while its mpirun still runs; nothing while all of them run.
  std::optional<Clock::time_point> first_gone() const { return first_gone_; }

  void signal(int number) const;  ///< to those that are left

 private:
  void find();

  pid_t mpirun_;
  std::map<pid_t, int> files_;  // of those that are there
  Clock::time_point searched_{};
  Clock::time_point came_ = Clock::now();  // the last one; the mpirun where none has
  std::optional<Clock::time_point> first_gone_;
};

}  // namespace galen::launch
