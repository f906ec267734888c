#pragma once

#include "comm/node.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/arena/lane_fold.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// The lanes of each node: those of its ranks, which are consecutive.
std::vector<Range> lanes_of_nodes(const comm::Node& node, std::int64_t lanes);

/// The sums of this node's gradients, read from the ranks' shared rows.
class NodeSums {
 public:
  /// `gradients` must outlive this.
  NodeSums(const Gradients& gradients, const comm::Node& node, std::int64_t lanes);

  /// The subtrees into which the node's lanes join.
  const std::vector<TreeNode>& nodes() const { return fold_.outputs(); }

  /// Their sums of elements [begin, begin + size), size <= LaneFold::kBlock; valid until the next call. No rank may write gradients
  /// meanwhile.
  std::span<const float* const> operator()(std::int64_t begin, std::int64_t size);

 private:
  std::vector<const float*> rows_;  // of each rank's partial sums, in the order of lanes
  std::vector<const float*> inputs_;
  LaneFold fold_;
};

}  // namespace galen::trainer
