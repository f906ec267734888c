#include "trainer/tasks/task.h"

#include "galen/error.h"
#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/task_table.h"

#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace galen::trainer {

at::Tensor Task::loss(const models::Outputs& outputs, const at::Tensor& targets) const {
  at::Tensor sum = at::sum(losses(outputs.main, targets));
  double weight = 1;
  for (const at::Tensor& auxiliary : outputs.auxiliary) sum = sum.add(at::sum(losses(auxiliary, targets)).mul(weight /= 2));
  return sum;
}

double Task::weight(const at::Tensor& targets) const {
  const at::Tensor weighted = weights(targets);
  return weighted.defined() ? at::sum(weighted, at::kDouble).item<double>() : static_cast<double>(targets.size(0));
}

std::unique_ptr<Task> make_task(const TaskOptions& options, const std::vector<std::string>& names, models::OutputForm form) {
  if (options.kind == data::TaskKind::kRegression) {
    if (!options.class_weights.empty())
      throw UsageError("task.class_weights = {}: regression has no classes to weigh", options.class_weights);
    return make_regression(names, options.target_scale);
  }
  const std::vector<double> weights = parse_class_weights(options.class_weights, names);
  if (options.kind == data::TaskKind::kBinary) return make_binary(names, weights, form);
  if (options.kind == data::TaskKind::kMulticlass) return make_multiclass(names, weights, form);
  if (options.kind == data::TaskKind::kMultilabel) return make_multilabel(names, weights, form);
  throw UsageError("task.name = {} has to be resolved by a data set first.", galen::name_of(options.kind));
}

std::vector<std::string> metric_names(const Task& task) {
  std::vector<std::string> names;
  if (!task.loss_is_a_metric()) names.push_back("loss");
  const at::Tensor scores = at::zeros({1, task.outputs()});
  const at::Tensor targets = task.exclusive() ? at::zeros({1}, at::kLong) : at::zeros_like(scores);
  for (const Measure& metric : task.metrics(scores, targets)) names.push_back(metric.name);
  return names;
}

bool larger_is_better(const std::string& metric) {
  const std::string name = metric.substr(0, metric.find('.'));  // auc.LABEL, r2.TARGET
  if (metric == "loss" || name == "mean_squared_error" || name == "mean_absolute_error") return false;
  for (const char* whole : {"accuracy", "sensitivity", "specificity"}) {
    if (metric == whole) return true;
  }
  if (name == "auc" || name == "r2") return true;
  throw UsageError(
      "no metric is named {}; there are loss, accuracy, auc, auc.LABEL, sensitivity, specificity, mean_squared_error, mean_absolute_error "
      "and r2, these three also as r2.TARGET",
      metric);
}

}  // namespace galen::trainer
