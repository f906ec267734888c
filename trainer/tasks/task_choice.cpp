#include "galen/error.h"
#include "trainer/tasks/class_weights.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include <array>
#include <string_view>

namespace galen::trainer {
namespace {

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

std::string natural_name(const data::Dataset& dataset) {
  switch (dataset.target_kind()) {
    case data::TargetKind::kNone:
      break;
    case data::TargetKind::kClass:
      return classes(dataset) == 2 ? "binary" : "multiclass";
    case data::TargetKind::kMultiLabel:
      return "multilabel";
    case data::TargetKind::kValue:
      return "regression";
    case data::TargetKind::kMask:
      throw UsageError("{}: data.target = {} holds masks, and no task learns masks; name classes or values, such as /samples/label",
                       dataset.file(), dataset.target_name());
  }
  throw UsageError("{}: there are no targets to learn from; name their dataset with data.target", dataset.file());
}

// Class numbers can be learnt as values too: ages, grades and scores are stored so.
bool fits(const std::string& name, const data::Dataset& dataset) {
  const data::TargetKind kind = dataset.target_kind();
  if (name == "binary") return kind == data::TargetKind::kClass && classes(dataset) == 2;
  if (name == "multiclass") return kind == data::TargetKind::kClass && classes(dataset) >= 2;
  if (name == "multilabel") return kind == data::TargetKind::kMultiLabel;
  if (name == "regression") return kind == data::TargetKind::kValue || kind == data::TargetKind::kClass;
  throw UsageError("task.name = {}: expected auto, binary, multiclass, multilabel or regression", name);
}

std::string chosen_name(const TaskOptions& options, const data::Dataset& dataset) {
  const std::string name = options.name == "auto" ? natural_name(dataset) : options.name;
  if (fits(name, dataset)) return name;
  const bool exclusive = dataset.target_kind() == data::TargetKind::kClass;
  throw UsageError("task.name = {} does not fit {}, which holds {}{}", name, dataset.file(), describe(dataset.target_kind()),
                   exclusive ? fmt::format(", {} in all", classes(dataset)) : "");
}

std::vector<std::string> target_names(const std::string& task, const data::Dataset& dataset) {
  if (task != "regression") return dataset.class_names();
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

}  // namespace

TaskOptions resolve(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training) {
  TaskOptions resolved = options;
  resolved.name = chosen_name(options, dataset);
  if (resolved.name != "regression") {
    resolved.target_scale = {};
  } else if (options.standardize_target && options.target_scale.empty() && !training.empty()) {
    resolved.target_scale = fit_target_scale(rows(dataset.targets(), training));
  }
  if (options.class_weights != "balanced" || resolved.name == "regression") return resolved;
  const at::Tensor targets = rows(dataset.targets(), training);
  resolved.class_weights = format_class_weights(resolved.name == "multilabel" ? balanced_label_weights(targets, dataset.class_names())
                                                                              : balanced_class_weights(targets, dataset.class_names()));
  return resolved;
}

std::unique_ptr<Task> make_task(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training,
                                models::OutputForm form) {
  const TaskOptions resolved = resolve(options, dataset, training);
  return make_task(resolved, target_names(resolved.name, dataset), form);
}

TaskShape task_shape(const TaskOptions& options, const data::Dataset& dataset) {
  const std::string name = chosen_name(options, dataset);
  if (name == "binary") return {1, true};
  return {static_cast<std::int64_t>(target_names(name, dataset).size()), name == "multiclass"};
}

}  // namespace galen::trainer
