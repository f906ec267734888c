#include "trainer/coordinator/coordinator.h"

#include "galen/error.h"
#include "trainer/tasks/task.h"

namespace galen::trainer {

std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const std::string& task) {
  if (options.best_metric == "none") {
    if (options.early_stopping_patience > 0) {
      throw UsageError("early_stopping.patience = {} needs a metric to watch, but checkpoint.metric = none. Set one of the two otherwise.",
                       options.early_stopping_patience);
    }
    return std::nullopt;
  }
  const std::string automatic = task == "regression" ? "loss" : "auc";
  const std::string metric = options.best_metric == "auto" ? automatic : options.best_metric;
  return Selection{metric, larger_is_better(metric)};
}

}  // namespace galen::trainer
