#include "trainer/coordinator/coordinator.h"

#include "galen/error.h"
#include "trainer/tasks/task.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {

std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const Task& task, bool validates) {
  if (options.early_stopping_patience > 0 && !validates) {
    throw UsageError("early_stopping.patience = {}, but no sample is in the validation split. Leave the key away, or draw another split.",
                     options.early_stopping_patience);
  }
  if (options.best_metric == "none") {
    if (options.early_stopping_patience > 0) {
      throw UsageError("early_stopping.patience = {} needs a metric to watch, but checkpoint.metric = none. Set one of the two otherwise.",
                       options.early_stopping_patience);
    }
    return std::nullopt;
  }
  const std::string automatic = task.name() == "regression" ? "loss" : "auc";
  const std::string metric = options.best_metric == "auto" ? automatic : options.best_metric;
  const std::vector<std::string> known = metric_names(task);
  if (std::find(known.begin(), known.end(), metric) == known.end()) {
    throw UsageError("checkpoint.metric = {} is none that a {} task has: {}; or auto, or none.", metric, task.name(),
                     fmt::join(known, ", "));
  }
  return Selection{metric, larger_is_better(metric)};
}

}  // namespace galen::trainer
