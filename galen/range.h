#pragma once

#include <cstdint>

namespace galen {

/// A run of positions [begin, end).
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
};

/// Part `lane` of the `lanes` parts of `whole`: an even, contiguous cut that every rank computes alike. Lanes of a step, and slices of an
/// array that ranks share, are cut so.
Range lane_range(Range whole, int lane, int lanes);

}  // namespace galen
