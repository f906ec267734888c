#pragma once

#include "comm/communicator.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace galen::comm {

/// The ranks of a group that share memory with this one: its node. Where memory cannot be shared (a container for each rank), every rank
/// is a node by itself.
class Node {
 public:
  /// Collective over `group`, which must outlive this, and whose ranks of one node must be neighbours: see collectives.h.
  explicit Node(Communicator& group);

  Communicator& group() const { return group_; }

  int rank() const { return rank_; }                                       ///< among the ranks of this node
  int size() const { return size_; }                                       ///< ranks of this node
  int index() const { return index_; }                                     ///< of this node, in the order of ranks
  int count() const { return static_cast<int>(first_ranks_.size()) - 1; }  ///< of nodes

  /// The first of node n's ranks in the group; of node count(): the group's size.
  int first_rank(int n) const { return first_ranks_[n]; }

  /// False where ranks of one machine cannot share memory, so that their gradients travel as messages.
  bool shares_memory() const { return shares_memory_; }

  /// Zeros, f32 or f64, in memory that all ranks of the node see. Each rank is the first to touch its part of [0, size), so that the
  /// pages lie near it. Collective over the group.
  at::Tensor zeros(std::int64_t size, at::ScalarType type);

  /// Zero-filled memory of `bytes` > 0 that all ranks of the node see. Collective over the group.
  std::shared_ptr<std::byte> allocate(std::int64_t bytes);

  /// Until all ranks of the node have come. `operation` is for the message of a wait that takes too long.
  void barrier(const char* operation);

  /// For other waits in that memory: see Communicator::check_wait(), and whether spinning would keep others from arriving.
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
