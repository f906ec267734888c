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

/// What a model is built for.
struct TaskShape {
  std::int64_t outputs = 1;
  bool exclusive = true;  ///< exactly one class holds
};

/// How a program makes a task of its own: see TaskOptions::own. Whoever applies a checkpoint of it passes the same again.
struct OwnTask {
  std::string name = {};  ///< as checkpoints record it; empty: there is no such task
  TaskShape shape = {};

  /// From the targets of the training split, as data::Dataset::targets() has them: numbers that the task is made with. A checkpoint records
  /// them. Empty: there are none.
  std::function<std::vector<double>(const at::Tensor& targets)> fit = {};

  /// `names`: of the data set's classes, labels or values. `fitted`: what fit() gave.
  std::function<std::unique_ptr<Task>(const std::vector<std::string>& names, const std::vector<double>& fitted, models::OutputForm form)>
      make = {};
};

struct TaskOptions;

/// What a checkpoint says of its task, with the means to make it, where it is the program's own. A task that is missing, or of another name
/// than the checkpoint's, throws galen::UsageError. `where`: names the checkpoint.
TaskOptions with_own_task(TaskOptions saved, const OwnTask& own, const std::string& where);

}  // namespace galen::trainer
