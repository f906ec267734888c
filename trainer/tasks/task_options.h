#pragma once

#include "data/files/task_kind.h"
#include "trainer/tasks/own_task.h"
#include "trainer/tasks/target_scale.h"

#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

struct TaskOptions {
  data::TaskKind kind = data::TaskKind::kAuto;  ///< kAuto: by the data set's targets.

  /// Weight of each class in the loss, in class order ("1, 4"), or balanced: N / (classes · N of the class), over the training split.
  /// Empty: all 1. Multi-label: weight of each label's positives; balanced: negatives / positives.
  std::string class_weights = {};

  /// Regression: learn (target − mean) / deviation, of the training split. Scores and metrics are in the target's own units; the loss is
  /// not, and neither are the model's outputs.
  bool standardize_target = true;

  /// The scale of targets; empty: to be fitted, if standardize_target. Recorded in checkpoints.
  TargetScale target_scale = {};

  /// Of two classes, the name of the positive one: it becomes the second one. Empty: as in the data set.
  std::string positive = {};

  /// The program's own task, instead of the four named by `kind`; without a name: none. A checkpoint records its name.
  OwnTask own = {};

  /// The result of OwnTask::fit(); empty: to be fitted. Recorded in checkpoints.
  std::vector<double> fitted = {};
};

std::vector<Option> describe(TaskOptions& options);

}  // namespace galen::trainer
