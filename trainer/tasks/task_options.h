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
  data::TaskKind kind = data::TaskKind::kAuto;  ///< kAuto: what the data set's targets are.

  /// Weight of each class in the loss, in class order ("1, 4"), or balanced: N / (classes · N of the class), over the training split.
  /// Empty: all 1. Multi-label: weight of each label's positives; balanced: negatives / positives.
  std::string class_weights = {};

  /// Regression: learn (target − mean) / deviation, of the training split. Scores and metrics are in the target's own units; the loss is
  /// not, and neither are the model's outputs.
  bool standardize_target = true;

  /// By which; empty: to be fitted, where standardize_target says so. What a checkpoint records.
  TargetScale target_scale = {};

  /// Of two classes, the name of the one that counts as positive: it becomes the second one. Empty: as the data set has them.
  std::string positive = {};

  /// A task of the program's own, in place of the four that `kind` names; without a name: none. A checkpoint records its name.
  OwnTask own = {};

  /// What OwnTask::fit() gave; empty: to be fitted. What a checkpoint records.
  std::vector<double> fitted = {};
};

std::vector<Option> describe(TaskOptions& options);

}  // namespace galen::trainer
