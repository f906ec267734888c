#include "trainer/tasks/task.h"

#include "galen/error.h"
#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/task_table.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>

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
  if (const OwnTask& own = options.own; !own.name.empty()) {
    TORCH_CHECK(own.make, "task '", own.name, "' comes without the function that makes it");
    return own.make(names, options.fitted, form);
  }
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

std::vector<Measure> unmeasured(const Task& task) { return task.metrics(at::empty({0, task.record_size()}, at::kDouble)); }

}  // namespace galen::trainer
