#pragma once

#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

class Task;

/// The properties of a task on which a model depends.
struct TaskShape {
  std::int64_t outputs = 1;
  bool exclusive = true;  ///< exactly one class is true
};

/// How a program makes its own task: see TaskOptions::own. A program that applies its checkpoint passes the same.
struct OwnTask {
  std::string name = {};  ///< as recorded in checkpoints; empty: there is no such task
  TaskShape shape = {};

  /// Numbers for the task, from the targets of the training split, as in data::Dataset::targets(). Checkpoints record them. Empty: there
  /// are none.
  std::function<std::vector<double>(const at::Tensor& targets)> fit = {};

  /// `names`: of the data set's classes, labels or values. `fitted`: the result of fit().
  std::function<std::unique_ptr<Task>(const std::vector<std::string>& names, const std::vector<double>& fitted, models::OutputForm form)>
      make = {};
};

struct TaskOptions;

/// The task of a checkpoint, with the means to make it if it is the program's own. Throws galen::UsageError if it is missing, or has
/// another name than the checkpoint's. `where`: names the checkpoint.
TaskOptions with_own_task(TaskOptions saved, const OwnTask& own, const std::string& where);

}  // namespace galen::trainer
