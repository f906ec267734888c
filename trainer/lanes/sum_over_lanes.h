#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace galen::trainer {

/// Σ over the lanes of all workers of what `work(lane, sum)` adds to `sum`, [size] zeros, for each of this worker's lanes, counted from 0:
/// on every rank, the same bits for any number of workers up to `lanes`. Each worker has lane_range({0, lanes}, rank, size).
/// Collective.
std::vector<double> sum_over_lanes(comm::Communicator& workers, std::int64_t lanes, std::int64_t size,
                                   const std::function<void(std::int64_t lane, double* sum)>& work);

}  // namespace galen::trainer
