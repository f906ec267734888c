#pragma once

#include "galen/instruction_sets.h"
#include "trainer/measures/statistics/resamples.h"

#include <cstdint>
#include <cstring>

namespace galen::trainer {

/// Values of Resamples::kAtOnce resamples side by side, one in each lane, in vectors of `kWidth` lanes: results in a lane do not depend on
/// the width.
template <int kWidth>
struct LaneVectors {
  static constexpr int kLanes = Resamples::kAtOnce;
  static constexpr int kParts = kLanes / kWidth;

  typedef double Doubles [[gnu::vector_size(kWidth * sizeof(double))]];
  typedef std::int32_t Integers [[gnu::vector_size(kWidth * sizeof(std::int32_t))]];
  typedef std::uint32_t Words [[gnu::vector_size(kWidth * sizeof(std::uint32_t))]];
};

/// lanes[p] = part p of a row of Resamples::draw().
template <int kWidth>
GALEN_INLINE void load_row(const std::uint8_t* row, typename LaneVectors<kWidth>::Integers* lanes) {
  std::int32_t wide[LaneVectors<kWidth>::kLanes];
  for (int k = 0; k < LaneVectors<kWidth>::kLanes; ++k) wide[k] = row[k];
  std::memcpy(lanes, wide, sizeof wide);
}

}  // namespace galen::trainer
