#include "galen/error.h"
#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include <array>
#include <string_view>

namespace galen::trainer {
namespace {

using data::TaskKind;

std::string_view describe(data::TargetKind kind) {
  switch (kind) {
    case data::TargetKind::kNone:
      return "no targets";
    case data::TargetKind::kClass:
      return "a class for each sample";
    case data::TargetKind::kMultiLabel:
      return "several labels for each sample";
    case data::TargetKind::kValue:
      return "values";
    case data::TargetKind::kMask:
      return "masks";
  }
  return "";
}

std::size_t classes(const data::Dataset& dataset) { return dataset.class_names().size(); }

TaskKind natural_kind(const data::Dataset& dataset) {
  switch (dataset.target_kind()) {
    case data::TargetKind::kNone:
      break;
    case data::TargetKind::kClass:
      return classes(dataset) == 2 ? TaskKind::kBinary : TaskKind::kMulticlass;
    case data::TargetKind::kMultiLabel:
      return TaskKind::kMultilabel;
    case data::TargetKind::kValue:
      return TaskKind::kRegression;
    case data::TargetKind::kMask:
      throw UsageError("{}: data.target = {} holds masks, and no task learns masks; name classes or values, such as /samples/label",
                       dataset.file(), dataset.target_name());
  }
  throw UsageError("{}: there are no targets; name their dataset with data.target", dataset.file());
}

// Class numbers can also be learnt as values: ages, grades and scores are stored like this.
bool fits(TaskKind task, const data::Dataset& dataset) {
  const data::TargetKind kind = dataset.target_kind();
  switch (task) {
    case TaskKind::kAuto:
      break;
    case TaskKind::kBinary:
      return kind == data::TargetKind::kClass && classes(dataset) == 2;
    case TaskKind::kMulticlass:
      return kind == data::TargetKind::kClass && classes(dataset) >= 2;
    case TaskKind::kMultilabel:
      return kind == data::TargetKind::kMultiLabel;
    case TaskKind::kRegression:
      return kind == data::TargetKind::kValue || kind == data::TargetKind::kClass;
  }
  return false;
}

TaskKind chosen_kind(const TaskOptions& options, const data::Dataset& dataset) {
  const TaskKind task = options.kind == TaskKind::kAuto ? natural_kind(dataset) : options.kind;
  if (fits(task, dataset)) return task;
  const bool exclusive = dataset.target_kind() == data::TargetKind::kClass;
  throw UsageError("task.name = {} does not fit {}, which holds {}{}", galen::name_of(task), dataset.file(),
                   describe(dataset.target_kind()), exclusive ? fmt::format(", {} in all", classes(dataset)) : "");
}

std::vector<std::string> target_names(TaskKind task, const data::Dataset& dataset) {
  if (task != TaskKind::kRegression) return dataset.class_names();
  const std::size_t values = dataset.targets().dim() == 1 ? 1 : static_cast<std::size_t>(dataset.targets().size(1));
  if (dataset.target_kind() == data::TargetKind::kValue && dataset.class_names().size() == values) return dataset.class_names();
  std::vector<std::string> names;
  for (std::size_t k = 0; k < values; ++k) names.push_back(std::to_string(k));
  return names;
}

at::Tensor rows(const at::Tensor& targets, std::span<const std::int64_t> samples) {
  const auto count = static_cast<std::int64_t>(samples.size());
  return targets.index_select(0, at::from_blob(const_cast<std::int64_t*>(samples.data()), {count}, at::kLong));
}

// For a program's own task: the data set decides what the targets are, the program everything else.
TaskOptions resolve_own(TaskOptions options, const data::Dataset& dataset, std::span<const std::int64_t> training) {
  if (!options.class_weights.empty()) {
    throw UsageError("task.class_weights = {}: the program's own task, '{}', weights samples itself. Remove the key.",
                     options.class_weights, options.own.name);
  }
  options.kind = chosen_kind(options, dataset);
  options.target_scale = {};
  if (options.own.fit && options.fitted.empty() && !training.empty()) options.fitted = options.own.fit(rows(dataset.targets(), training));
  return options;
}

}  // namespace

TaskOptions resolve(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training) {
  if (!options.own.name.empty()) return resolve_own(options, dataset, training);
  TaskOptions resolved = options;
  resolved.kind = chosen_kind(options, dataset);
  if (resolved.kind != TaskKind::kRegression) {
    resolved.target_scale = {};
  } else if (options.standardize_target && options.target_scale.empty() && !training.empty()) {
    resolved.target_scale = fit_target_scale(rows(dataset.targets(), training));
  }
  if (options.class_weights != "balanced" || resolved.kind == TaskKind::kRegression) return resolved;
  const at::Tensor targets = rows(dataset.targets(), training);
  resolved.class_weights =
      format_class_weights(resolved.kind == TaskKind::kMultilabel ? balanced_label_weights(targets, dataset.class_names())
                                                                  : balanced_class_weights(targets, dataset.class_names()));
  return resolved;
}

std::unique_ptr<Task> make_task(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training,
                                models::OutputForm form) {
  const TaskOptions resolved = resolve(options, dataset, training);
  return make_task(resolved, target_names(resolved.kind, dataset), form);
}

TaskShape task_shape(const TaskOptions& options, const data::Dataset& dataset) {
  if (!options.own.name.empty()) return options.own.shape;
  const TaskKind task = chosen_kind(options, dataset);
  if (task == TaskKind::kBinary) return {1, true};
  return {static_cast<std::int64_t>(target_names(task, dataset).size()), data::is_exclusive(task)};
}

}  // namespace galen::trainer
