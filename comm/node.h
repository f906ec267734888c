#pragma once

#include "comm/communicator.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace galen::comm {

/// The ranks of a group that share memory with this one: its node. If memory cannot be shared (a container for each rank), every rank
/// is its own node.
class Node {
 public:
  /// Collective over `group`, which must outlive this object; ranks of a node must be adjacent: see collectives.h.
  explicit Node(Communicator& group);

  Communicator& group() const { return group_; }

  int rank() const { return rank_; }                                       ///< among the ranks of this node
  int size() const { return size_; }                                       ///< ranks of this node
  int index() const { return index_; }                                     ///< of this node, in the order of ranks
  int count() const { return static_cast<int>(first_ranks_.size()) - 1; }  ///< of nodes

  /// The first rank of node n in the group; for n = count(): the group's size.
  int first_rank(int n) const { return first_ranks_[n]; }

  /// False if ranks of one machine cannot share memory; their gradients are then sent as messages.
  bool shares_memory() const { return shares_memory_; }

  /// Zeros, f32 or f64, in memory that all ranks of the node share. Each rank touches its part of [0, size) first, so that the
  /// pages are local to it. Collective over the group.
  at::Tensor zeros(std::int64_t size, at::ScalarType type);

  /// Zero-filled memory of `bytes` > 0 that all ranks of the node share. Collective over the group.
  std::shared_ptr<std::byte> allocate(std::int64_t bytes);

  /// Waits until all ranks of the node have arrived. `operation` is for the message of a timeout.
  void barrier(const char* operation);

  /// For other waits in that memory: see Communicator::check_wait(), and whether spinning would delay other ranks.
  void check_wait(const char* operation, std::chrono::steady_clock::time_point begin) const { group_.check_wait(operation, begin); }
  bool is_crowded() const { return crowded_; }

 private:
  struct BarrierState;  // the barrier's part of the shared memory

  Communicator& group_;
  bool shares_memory_ = true;
  int rank_ = 0;
  int size_ = 1;
  int index_ = 0;
  std::vector<int> first_ranks_;  // of each node, then the group's size
  bool crowded_ = false;
  std::shared_ptr<std::byte> memory_;
  BarrierState* barrier_ = nullptr;
};

}  // namespace galen::comm
