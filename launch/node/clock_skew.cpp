#include "launch/node/clock_skew.h"

#include "comm/collectives.h"

#include <ATen/ops/full.h>

#include <algorithm>
#include <limits>

namespace galen::launch {

// A rank reads its clock after it has left the barrier, so after rank 0 has entered it, and before rank 0 has received its value. The first
// round also waits for late ranks; the tightest bounds of a few rounds are used.
std::vector<ClockSkew> measure_clock_skew(comm::Communicator& group, const std::function<double()>& clock) {
  constexpr int kRounds = 4;
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  std::vector<ClockSkew> skews(group.size(), {-kUnknown, kUnknown});
  for (int round = 0; round < kRounds; ++round) {
    const double before = clock();
    group.barrier();
    const at::Tensor read = comm::all_gather(group, at::full({1}, clock(), at::kDouble));
    at::Tensor bounds = at::full({2}, before, at::kDouble);
    bounds[1] = clock();
    group.broadcast(bounds, 0);  // rank 0's
    const double* theirs = read.const_data_ptr<double>();
    const double* of_zero = bounds.const_data_ptr<double>();
    for (int r = 0; r < group.size(); ++r) {
      skews[r].least = std::max(skews[r].least, theirs[r] - of_zero[1]);
      skews[r].most = std::min(skews[r].most, theirs[r] - of_zero[0]);
    }
  }
  return skews;
}

}  // namespace galen::launch
