#pragma once

#include "comm/node.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/exchange/step_exchange.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace galen::trainer {

/// What lanes add to a step beside vectors, on a board in the node's memory: a row for each lane, summed in the order of lanes by everyone.
class StepScalars {
 public:
  /// Collective over the node's group.
  StepScalars(comm::Node& node, std::vector<Range> lanes_of_nodes);

  /// Writes this rank's rows.
  void put(Range my_lanes, const std::vector<LaneScalars>& scalars, const Wishes& wishes);

  /// Fetches the rows of other nodes' lanes; by one rank of each node. Collective over `peers`, one rank of each node.
  void exchange(comm::Communicator& peers);

  /// When all rows are there. `unused` and the like are named from `arena`.
  StepSums add_up(const ParameterArena& arena) const;

 private:
  std::vector<Range> lanes_of_nodes_;
  at::Tensor board_;  // [lanes, columns], f64
};

}  // namespace galen::trainer
