#pragma once

#include <chrono>
#include <cstdint>

namespace galen::comm {

/// Waits for other ranks without keeping the processor busy: spins briefly, then sleeps.
class Wait {
 public:
  /// `crowded`: more ranks than processors, so that spinning would only delay the other ranks.
  explicit Wait(bool crowded) : crowded_(crowded) {}

  /// One short turn of spinning; false when the time for spinning is over.
  bool spin();

  /// One turn of a wait for something that can only be polled, such as a message.
  void poll();

  /// True about every 100 ms: time to check the deadline.
  bool check_is_due();

  std::chrono::steady_clock::time_point begin() const { return begin_; }

 private:
  const bool crowded_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point now_ = begin_;  // last reading: reading the clock takes as long as ten turns
  std::chrono::steady_clock::time_point checked_ = begin_;
  bool spinning_ = true;
  std::int64_t turns_ = 0;
};

/// Whether this node has more ranks than processors.
bool is_crowded(int ranks_of_node);

}  // namespace galen::comm
