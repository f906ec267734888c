#pragma once

#include "trainer/tasks/task.h"

#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// The four tasks, each made from the names of its classes, labels or values, the weights of these (empty: all 1) and the form of the
/// model's outputs. make_task() is the way in; these check nothing.

std::unique_ptr<Task> make_binary(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_multiclass(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_multilabel(const std::vector<std::string>& names, const std::vector<double>& weights, models::OutputForm form);
std::unique_ptr<Task> make_regression(const std::vector<std::string>& names, TargetScale scale);

/// Keras's epsilon: probabilities are kept so far from 0 and 1 before their logarithm is taken.
inline constexpr double kProbabilityMargin = 1e-7;

}  // namespace galen::trainer
