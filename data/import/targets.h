#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace galen::data {

/// What is to be learnt, as the schema has it.
struct Targets {
  at::Tensor values;               ///< [N] i64 classes, or [N, K] f32
  std::string task;                ///< binary, multiclass, multilabel, regression
  std::vector<std::string> names;  ///< of classes or labels; empty for regression
};

/// Targets out of an array of numbers `labels`, [N], [N, 1] or [N, L] f64. With task "auto": one column of whole numbers is classes,
/// several columns of 0 and 1 are multi-label, all else is regression. Task "multiclass" takes one-hot columns too. Numbers that do not fit
/// the task throw galen::Error; `name` tells where they come from.
Targets targets_from_numbers(const at::Tensor& labels, const std::string& task, const std::string& name);

/// Throws galen::UsageError where `task` is none of auto, binary, multiclass, multilabel, regression.
void check_task(const std::string& task);

/// "binary" or "multiclass". Throws galen::Error where `task` asks for binary but there are more than two classes.
std::string class_task(const std::string& task, std::size_t classes, const std::string& name);

}  // namespace galen::data
