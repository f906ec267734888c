#pragma once

#include "trainer/tasks/task.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace galen::trainer {

/// The gaps of samples, by their targets, f64 as in records: numbers of classes [n, 1], labels [n, names] of 0, 1 and NaN, or
/// values [n, names].
Gaps gaps_of_classes(const TaskFacts& facts, const at::Tensor& classes);
Gaps gaps_of_labels(const TaskFacts& facts, const at::Tensor& labels);
Gaps gaps_of_values(const TaskFacts& facts, const at::Tensor& values);

/// Names of the task's metrics that are undefined over `targets`, for any predictions: AUC if only one class is present, r2 if the true
/// values do not vary. `targets`: on the CPU, as in data::Samples.
std::vector<std::string> undefined_metrics(const Task& task, const at::Tensor& targets);

/// "a, b and c", or the first of many and the number of the others.
std::string listed(const std::vector<std::string>& names);

}  // namespace galen::trainer
