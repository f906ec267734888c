#pragma once

#include "trainer/tasks/task.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace galen::trainer {

/// Names of the task's metrics that are undefined over `targets`, whatever a model says of them: AUC where one class is present, r2 where
/// the true values do not vary. `targets`: on the CPU, as data::Samples has them, at least one.
std::set<std::string> undefined_metrics(const Task& task, const at::Tensor& targets);

/// Why, a sentence each without its full stop, with names and numbers; also which classes, labels or values a mean leaves out. Empty where
/// every figure is defined.
std::vector<std::string> undefined_reasons(const Task& task, const at::Tensor& targets);

/// How many samples a class or label holds for, and does not hold for. Unknown ones (NaN) count for neither.
struct Sides {
  std::string name;
  std::int64_t positives = 0;
  std::int64_t negatives = 0;
};

/// Of each class or label; empty for a regression.
std::vector<Sides> count_sides(const Task& task, const at::Tensor& targets);

/// Names of the regression's targets that have the same value in all samples.
std::vector<std::string> constant_values(const Task& task, const at::Tensor& targets);

/// "a, b and c", or the first of many and how many there are beside them.
std::string listed(const std::vector<std::string>& names);

}  // namespace galen::trainer
