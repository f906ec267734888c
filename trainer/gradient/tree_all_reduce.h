#pragma once

#include "comm/communicator.h"
#include "trainer/gradient/lane_tree.h"

#include <ATen/core/Tensor.h>

namespace galen::trainer {

/// Completes the lane tree over all workers: `sums` becomes the root's value on every rank.
///
/// `tree` holds the partial sums of this worker's run of lanes, data::lane_range({0, lanes}, rank, size). Each rank owns a slice of the
/// vector: it receives every rank's partial sums of that slice, folds them along the tree, and gives the outcome to all; as many bytes
/// as a ring all-reduce moves, in an order of additions that the number of workers does not change. Collective. On a GPU the values
/// travel by way of the host.
void tree_all_reduce(comm::Communicator& communicator, const LaneTree& tree, at::Tensor& sums);

}  // namespace galen::trainer
