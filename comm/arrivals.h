#pragma once

#include "comm/node.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace galen::comm {

/// Arrival counters of the ranks of a node. arrive() does not wait; wait() returns once all ranks have arrived. A Node::barrier() must
/// separate two rounds.
class Arrivals {
 public:
  /// `node` must outlive this object. Collective over its group.
  Arrivals(Node& node, std::size_t places);

  /// Records that this rank has arrived at `place` in this round; its earlier writes are visible to the ranks that wait.
  void arrive(std::size_t place);

  /// Waits until every rank of the node has arrived at `place` in round `round` (from 1); false if `stop` ended the wait. `operation` is
  /// for the message of a timeout. Any thread may call it, but only one thread at a time may use the node's group.
  bool wait(std::size_t place, std::uint32_t round, const char* operation, const std::stop_token& stop) const;

 private:
  struct Place;

  Node& node_;
  std::shared_ptr<std::byte> memory_;
  Place* places_;
};

}  // namespace galen::comm
