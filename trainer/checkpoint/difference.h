#pragma once

#include "trainer/checkpoint/checkpoint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The difference between tensors of the same name in two checkpoints.
struct TensorDifference {
  std::string name;
  std::string reason;         ///< why they cannot be compared: missing in one, or other shapes; empty: they were compared
  std::int64_t elements = 0;  ///< elements that differ in any bit
  std::int64_t of = 0;
  double largest = 0;   ///< max |a - b|; infinite if one of the two is NaN
  double relative = 0;  ///< largest / the largest |a|
};

/// A value that differs between the manifests, or is missing in one of them (empty).
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

/// All differences between two checkpoints, except the digests of their files. Both are read whole into memory.
Difference difference(const Checkpoint& first, const Checkpoint& second);

}  // namespace galen::trainer
