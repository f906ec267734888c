#pragma once

#include "comm/communicator.h"

#include <functional>
#include <vector>

namespace galen::launch {

/// How far a rank's clock is ahead of rank 0's, in seconds: at least `least`, at most `most`. The bounds differ by the time of a message,
/// which is unknown.
struct ClockSkew {
  double least = 0;
  double most = 0;
};

/// The skew of each rank, in rank order. `clock`: seconds since 1970, of this rank. Collective.
std::vector<ClockSkew> measure_clock_skew(comm::Communicator& group, const std::function<double()>& clock);

}  // namespace galen::launch
