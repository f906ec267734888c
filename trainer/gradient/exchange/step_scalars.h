#pragma once

#include "comm/node.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/exchange/step_exchange.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace galen::trainer {

/// The scalars of all lanes in a step, in the node's shared memory: a row for each lane; every rank adds them up in the order of lanes.
class StepScalars {
 public:
  /// Collective over the node's group.
  StepScalars(comm::Node& node, std::vector<Range> lanes_of_nodes);

  /// Writes this rank's rows.
  void put(Range my_lanes, const std::vector<LaneScalars>& scalars, const Wishes& wishes);

  /// Fetches the rows of other nodes' lanes. Called by one rank of each node. Collective over `peers`, those ranks.
  void exchange(comm::Communicator& peers);

  /// Call when all rows are complete. `arena` gives the names of parameters.
  StepSums add_up(const ParameterArena& arena) const;

 private:
  std::vector<Range> lanes_of_nodes_;
  at::Tensor board_;  // [lanes, columns], f64
};

}  // namespace galen::trainer
