#include "comm/arrivals.h"

#include "comm/wait.h"
#include "galen/futex.h"

#include <atomic>

namespace galen::comm {

struct Arrivals::Place {
  alignas(64) std::atomic<std::uint32_t> arrived;
};

Arrivals::Arrivals(Node& node, std::size_t places)
    : node_(node),
      memory_(node.allocate(static_cast<std::int64_t>(places * sizeof(Place)))),
      places_(reinterpret_cast<Place*>(memory_.get())) {  // all zero: a valid initial value of each atomic
  node.barrier("set-up of shared memory");
}

// Counts only grow; the last rank of a round wakes the sleeping ones.
void Arrivals::arrive(std::size_t place) {
  std::atomic<std::uint32_t>& arrived = places_[place].arrived;
  const std::uint32_t count = arrived.fetch_add(1, std::memory_order_acq_rel) + 1;
  if (count % static_cast<std::uint32_t>(node_.size()) == 0) wake_all(arrived);
}

// Counts wrap around after 2^32 arrivals, so compare differences.
bool Arrivals::wait(std::size_t place, std::uint32_t round, const char* operation, const std::stop_token& stop) const {
  const std::atomic<std::uint32_t>& arrived = places_[place].arrived;
  const std::uint32_t wanted = round * static_cast<std::uint32_t>(node_.size());
  Wait wait(/*crowded=*/true);  // other ranks compute during the wait
  for (;;) {
    const std::uint32_t count = arrived.load(std::memory_order_acquire);
    if (static_cast<std::int32_t>(count - wanted) >= 0) return true;
    if (stop.stop_requested()) return false;
    sleep_on(arrived, count);
    if (wait.check_is_due()) node_.check_wait(operation, wait.begin());
  }
}

}  // namespace galen::comm
