#include "trainer/coordinator/coordinator.h"

#include "galen/error.h"
#include "trainer/tasks/undefined.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {

namespace {

// The loss has another name if it is one of the task's metrics.
std::string loss_name(const Task& task) { return task.loss_is_a_metric() ? "mean_squared_error" : "loss"; }

std::string automatic(const Task& task) { return task.name() == "regression" ? loss_name(task) : "auc"; }

}  // namespace

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
  const bool chosen = options.best_metric != "auto";
  const std::string metric = !chosen ? automatic(task) : options.best_metric == "loss" ? loss_name(task) : options.best_metric;
  const std::vector<std::string> known = metric_names(task);
  if (std::find(known.begin(), known.end(), metric) == known.end()) {
    throw UsageError("checkpoint.metric = {} is not a metric of a {} task. Choose one of {}; or auto, or none.", metric, task.name(),
                     fmt::join(known, ", "));
  }
  if (!validation.defined() || !undefined_metrics(task, validation).contains(metric)) return Selection{metric, larger_is_better(metric)};
  const std::string why = fmt::format("{}", fmt::join(undefined_reasons(task, validation), "; "));
  if (chosen) {
    throw UsageError(
        "checkpoint.metric = {} is undefined in validation, so it can choose neither the best checkpoint nor the end of training ({}). Set "
        "checkpoint.metric = loss, or change the split.",
        metric, why);
  }
  const std::string loss = loss_name(task);
  return Selection{loss, larger_is_better(loss),
                   fmt::format("{} is undefined in validation, so {} chooses the best checkpoint{}.", metric, loss,
                               options.early_stopping_patience > 0 ? " and the end by early_stopping.patience" : "")};
}

}  // namespace galen::trainer
