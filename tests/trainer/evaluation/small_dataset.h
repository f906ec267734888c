#pragma once

#include "data/files/dataset.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace galen::test {

/// Writes a table data set of `targets.size(0)` samples with `features` features each, and opens it. Patients: `groups`, one a sample;
/// empty: every sample its own.
std::shared_ptr<const data::Dataset> small_dataset(const std::string& file, const std::string& task,
                                                   const std::vector<std::string>& class_names, std::int64_t features,
                                                   const at::Tensor& targets, const std::vector<std::string>& groups = {});

}  // namespace galen::test
