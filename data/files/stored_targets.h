#pragma once

#include "data/dataset.h"
#include "data/hdf5.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace galen::data {

/// What an array of a file holds to be learnt.
struct StoredTargets {
  TargetKind kind = TargetKind::kNone;
  at::Tensor values;                     ///< see TargetKind
  std::vector<std::string> class_names;  ///< one for each class or label; of values those that the file names
};

/// "none", "classes", "multilabel" or "regression".
std::string to_string(TargetKind kind);

/// Reads and checks the whole array. Its attribute `task` decides what it is; without one, whole numbers are classes ([N], [N, 1]) or
/// labels ([N, K], of 0 and 1), and floating point is values.
StoredTargets read_targets(const hdf5::Array& array);

}  // namespace galen::data
