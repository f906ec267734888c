#pragma once

#include "comm/node.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace galen::comm {

/// Places where the ranks of a node arrive, round after round, without a wait; wait() returns once all have arrived. Between two rounds is
/// a Node::barrier().
class Arrivals {
 public:
  /// `node` must outlive this. Collective over its group.
  Arrivals(Node& node, std::size_t places);

  /// This rank has arrived at `place` in this round: what it wrote before is visible to those that wait.
  void arrive(std::size_t place);

  /// Waits until every rank of the node has arrived at `place` in round `round` (from 1); false where `stop` ended the wait. `operation` is
  /// for the message of a wait that takes too long. Any thread, but one at a time may talk to the node's group.
  bool wait(std::size_t place, std::uint32_t round, const char* operation, const std::stop_token& stop) const;

 private:
  struct Place;

  Node& node_;
  std::shared_ptr<std::byte> memory_;
  Place* places_;
};

}  // namespace galen::comm
