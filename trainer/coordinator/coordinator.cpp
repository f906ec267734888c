#include "trainer/coordinator/coordinator.h"

#include "galen/error.h"
#include "trainer/tasks/gaps.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {

std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const Task& task, const at::Tensor& validation) {
  if (options.early_stopping_patience > 0 && !validation.defined()) {
    throw UsageError("early_stopping.patience = {}, but the validation split is empty. Remove the key, or change the split.",
                     options.early_stopping_patience);
  }
  if (options.best_metric == "none") {
    if (options.early_stopping_patience > 0) {
      throw UsageError("early_stopping.patience = {} needs a metric, but checkpoint.metric = none. Change one of the two.",
                       options.early_stopping_patience);
    }
    return std::nullopt;
  }
  const TaskFacts& facts = task.facts();
  const bool chosen = options.best_metric != "auto";
  const std::string metric = !chosen ? facts.best_by : options.best_metric == "loss" ? facts.loss : options.best_metric;
  const std::vector<Measure> known = unmeasured(task);
  const auto larger_is_better = [&](const std::string& name) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const Measure& one) { return one.name == name; });
    if (found != known.end()) return found->direction == Direction::kLargerIsBetter;
    std::vector<std::string> names;
    for (const Measure& one : known) names.push_back(one.name);
    throw UsageError("checkpoint.metric = {} is not a metric of a {} task. Choose one of {}; or auto, or none.", name, task.name(),
                     fmt::join(names, ", "));
  };
  Selection selection{metric, larger_is_better(metric)};
  if (!validation.defined()) return selection;
  const std::vector<std::string> undefined = undefined_metrics(task, validation);
  if (std::find(undefined.begin(), undefined.end(), metric) == undefined.end()) return selection;
  if (chosen) {
    throw UsageError(
        "checkpoint.metric = {} is undefined in validation, so it can choose neither the best checkpoint nor the end of training ({}). Set "
        "checkpoint.metric = loss, or change the split.",
        metric, fmt::join(task.gaps(task.records({}, validation)).undefined, "; "));
  }
  return Selection{facts.loss, larger_is_better(facts.loss),
                   fmt::format("{} is undefined in validation, so {} chooses the best checkpoint{}.", metric, facts.loss,
                               options.early_stopping_patience > 0 ? " and the end by early_stopping.patience" : "")};
}

}  // namespace galen::trainer
