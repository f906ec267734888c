#pragma once

#include <cstdint>

namespace galen {

/// The positions [begin, end).
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
};

/// Part `lane` of `whole` cut into `lanes` even, contiguous parts; every rank computes the same cut. Used for the lanes of a step and for
/// the slices of an array that ranks share.
Range lane_range(Range whole, int lane, int lanes);

}  // namespace galen
