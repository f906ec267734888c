#pragma once

#include "comm/communicator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// Completes the lane tree over all workers by messages: sets `sums` to the root's value on every rank.
///
/// `partial_sums` are those of this worker's run of lanes, lane_range({0, lanes}, rank, size), in the order of subtrees(); they may be
/// overwritten, and the first may be `sums`. Each rank owns a slice of the vector: it receives every rank's partial sums of that slice,
/// folds them along the tree, and sends the result to all: as many bytes as a ring all-reduce, in an order of additions that does not
/// depend on the number of workers. Collective; tensors are on the communicator's device.
void tree_all_reduce(comm::Communicator& communicator, const std::vector<at::Tensor>& partial_sums, std::int64_t lanes, at::Tensor& sums);

}  // namespace galen::trainer
