#pragma once

#include "trainer/tasks/task.h"

#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// The four tasks, each made from the names of its classes, labels or values, their weights (empty: all 1) and the form of the model's
/// outputs. Call make_task() instead; these check nothing.

std::unique_ptr<Task> make_binary(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_multiclass(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_multilabel(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_regression(const std::vector<std::string>& names, TargetScale scale);

/// Keras's epsilon: probabilities are clamped to this distance from 0 and 1 before their logarithm is taken.
inline constexpr double kProbabilityMargin = 1e-7;

}  // namespace galen::trainer
