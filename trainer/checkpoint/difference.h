#pragma once

#include "trainer/checkpoint/checkpoint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// How a tensor of one checkpoint differs from that of the same name in another.
struct TensorDifference {
  std::string name;
  std::string reason;         ///< why they cannot be compared: only in one, other shapes; empty: the figures hold
  std::int64_t elements = 0;  ///< that differ in any bit
  std::int64_t of = 0;
  double largest = 0;   ///< |a - b|; infinite where one of the two is no number
  double relative = 0;  ///< largest / the largest |a|
};

/// A value in one manifest that the other has not, or another in its place. Without one: empty.
struct ManifestDifference {
  std::string key;  ///< "state/step"
  std::string first;
  std::string second;
};

struct Difference {
  std::vector<TensorDifference> tensors;
  std::vector<ManifestDifference> manifest;
  std::int64_t tensors_compared = 0;

  bool none() const { return tensors.empty() && manifest.empty(); }
};

/// All that tells two checkpoints apart but the digests of their files. Both are read whole into memory.
Difference difference(const Checkpoint& first, const Checkpoint& second);

}  // namespace galen::trainer
