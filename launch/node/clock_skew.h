#pragma once

#include "comm/communicator.h"

#include <functional>
#include <vector>

namespace galen::launch {

/// How far the clock of each rank is ahead of rank 0's, in seconds: at least `least`, at most `most`, as nothing can know better what a
/// message takes.
struct ClockSkew {
  double least = 0;
  double most = 0;
};

/// Of each rank, in rank order. `clock`: seconds since 1970, of this rank. Collective.
std::vector<ClockSkew> measure_clock_skew(comm::Communicator& group, const std::function<double()>& clock);

}  // namespace galen::launch
