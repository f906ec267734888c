#pragma once

#include <chrono>
#include <cstdint>

namespace galen::comm {

/// How a rank waits for others without taking the processor from them: it spins for a moment, then sleeps.
class Wait {
 public:
  /// `crowded`: more ranks than processors, so that spinning would only keep the others from arriving.
  explicit Wait(bool crowded) : crowded_(crowded) {}

  /// One short turn of spinning; false where the moment for it is over.
  bool spin();

  /// One turn of a wait for something that only polling can see, such as a message.
  void poll();

  /// True about every 100 ms: time to look whether the wait has become too long.
  bool check_is_due();

  std::chrono::steady_clock::time_point begin() const { return begin_; }

 private:
  const bool crowded_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point now_ = begin_;  // as read last: reading it takes as long as ten turns
  std::chrono::steady_clock::time_point checked_ = begin_;
  bool spinning_ = true;
  std::int64_t turns_ = 0;
};

/// More ranks on this node than processors?
bool is_crowded(int ranks_of_node);

}  // namespace galen::comm
