#pragma once

#include "comm/node.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace galen::comm {

/// Places that the ranks of a node come to, round after round, without waiting there; who wants to know waits until all have come. Between
/// two rounds the ranks meet (Node::barrier).
class Arrivals {
 public:
  /// `node` must outlive this. Collective over its group.
  Arrivals(Node& node, std::size_t places);

  /// This rank has come to `place` in this round: what it wrote before is seen by those that wait.
  void arrive(std::size_t place);

  /// Until every rank of the node has come to `place` in round `round` (from 1); false where `stop` ended the wait. `operation` is for the
  /// message of a wait that takes too long. Any thread, but one at a time may talk to the node's group.
  bool wait(std::size_t place, std::uint32_t round, const char* operation, const std::stop_token& stop) const;

 private:
  struct Place;

  Node& node_;
  std::shared_ptr<std::byte> memory_;
  Place* places_;
};

}  // namespace galen::comm
