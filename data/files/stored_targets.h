#pragma once

#include "data/files/dataset.h"
#include "data/hdf5/hdf5.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace galen::data {

/// What an array of a file holds to be learnt.
struct StoredTargets {
  TargetKind kind = TargetKind::kNone;
  at::Tensor values = {};                     ///< see TargetKind
  std::vector<std::string> class_names = {};  ///< one for each class or label; of values those that the file names
  bool named_by_value = false;                ///< each class is named by the number or text that stands for it
  std::vector<std::string> notes = {};        ///< how the array was taken where the file does not say
  at::Tensor exact = {};                      ///< see Dataset::exact_targets()
};

/// "none", "classes", "multilabel" or "regression".
std::string to_string(TargetKind kind);

/// Reads and checks the whole array. `task`, as DatasetOptions has it, decides what it is; where that is kAuto, the array's attribute
/// `task`. Without either, few different whole numbers of any type are classes, and so are texts and rows with one 1 each; other rows of 0
/// and 1 are labels, and all else is values.
StoredTargets read_targets(const hdf5::Array& array, TaskKind task);

}  // namespace galen::data
