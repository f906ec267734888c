#include "trainer/tasks/task_options.h"
#include "galen/option.h"

namespace galen::trainer {

std::vector<Option> describe(TaskOptions& task) {
  using namespace options;
  constexpr char kOtherTask[] = "it changes what is learnt";
  return {
      choice("task.name", task.kind, "What is learnt; auto: what the targets are.").derived(RunPart::kTask, kOtherTask),
      text("task.class_weights", task.class_weights,
           "Weight of each class in the loss, such as 1,4; balanced: inverse to the class's share of the training split; empty: all 1.")
          .derived(RunPart::kTask, kOtherTask)
          .only_for({"networks"}),
      flag("task.standardize_target", task.standardize_target,
           "Regression: learn (target - mean) / deviation, of the training split and for each target; predictions and metrics are in the "
           "target's own units, only the loss is not. false: learn targets as they are.")
          .fixed("it learns targets in other units")
          .only_for({"networks"}),
      text("task.positive", task.positive,
           "Of two classes, the name of the positive one: it becomes the second one, whose probability is predicted and whose "
           "sensitivity is reported. Weights are in that order. Empty: the second one of the file.")
          .derived(RunPart::kTask, kOtherTask),
  };
}

}  // namespace galen::trainer
