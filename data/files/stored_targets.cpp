#include "data/files/stored_targets.h"

#include "data/files/class_names.h"
#include "data/files/class_numbers.h"
#include "data/files/schema.h"
#include "data/files/stored_classes.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace galen::data {

namespace {

// kAuto where the file does not say.
TaskKind stored_task(const hdf5::Array& array) {
  const std::vector<std::string> told = array.texts(schema::kTaskAttribute);
  if (told.empty() || told.front().empty()) return TaskKind::kAuto;
  const auto task = value_named<TaskKind>(told.front());
  if (task && *task != TaskKind::kAuto) return *task;
  throw Error("{}: attribute {} is '{}'; it must be binary, multiclass, multilabel or regression.", array.where(), schema::kTaskAttribute,
              told.front());
}

void check_shape_and_type(const hdf5::Array& array) {
  if (array.type().kind == hdf5::Kind::kOther) {
    throw Error("{} holds {}; targets must be numbers, or text that names classes.", array.where(), to_string(array.type()));
  }
  const std::vector<std::int64_t>& shape = array.shape();
  const auto beside = shape.empty() ? 0 : std::count_if(shape.begin() + 1, shape.end(), [](std::int64_t extent) { return extent != 1; });
  if (shape.empty() || (shape.size() > 2 && beside > 1) || array.row_elements() == 0) {
    throw Error("{} has shape [{}]; targets are [N], [N, 1] or [N, K].", array.where(), fmt::join(shape, ", "));
  }
  if (array.type().kind == hdf5::Kind::kString && array.row_elements() != 1) {
    throw Error("{} has shape [{}]; texts that name classes are [N] or [N, 1].", array.where(), fmt::join(shape, ", "));
  }
}

/// A sample none of whose labels is known has nothing to be learnt, and weighs nothing in a loss.
void expect_known_labels(const hdf5::Array& array, const at::Tensor& labels) {
  const auto* label = labels.const_data_ptr<float>();
  for (std::int64_t i = 0; i < labels.size(0); ++i, label += labels.size(1)) {
    if (std::all_of(label, label + labels.size(1), [](float value) { return std::isnan(value); }))
      throw Error("{}: no label of sample {} is known. Leave such samples out.", array.where(), i);
  }
}

StoredTargets read_columns(const hdf5::Array& array, TargetKind kind, std::vector<std::string> names) {
  const std::int64_t columns = array.row_elements();
  const std::vector<float> stored = array.read_all<float>();
  StoredTargets targets{.kind = kind, .values = at::empty({array.rows(), columns}, at::kFloat)};
  if (kind == TargetKind::kValue) {
    targets.exact = at::empty({array.rows(), columns}, at::kDouble);
    array.read(0, array.rows(), hdf5::Native::kF64, targets.exact.mutable_data_ptr());
  }
  auto* values = targets.values.mutable_data_ptr<float>();
  std::copy(stored.begin(), stored.end(), values);
  for (std::int64_t i = 0; i < targets.values.numel(); ++i) {
    if (kind == TargetKind::kMultiLabel && std::isnan(values[i])) continue;  // not known
    if (kind == TargetKind::kMultiLabel && values[i] != 0 && values[i] != 1) {
      throw Error("{}: sample {} holds {} in column {}; several labels a sample are 0 or 1. For values set attribute {} = regression.",
                  array.where(), i / columns, values[i], i % columns, schema::kTaskAttribute);
    }
    if (!std::isfinite(values[i])) {
      throw Error("{}: sample {} holds {} in column {}; targets must be finite numbers. Leave such samples out.", array.where(),
                  i / columns, values[i], i % columns);
    }
  }
  if (kind == TargetKind::kMultiLabel) expect_known_labels(array, targets.values);
  if (kind == TargetKind::kValue && static_cast<std::int64_t>(names.size()) == columns) targets.class_names = std::move(names);
  if (kind == TargetKind::kMultiLabel) {
    targets.class_names = names.empty() ? numbered_names(columns) : std::move(names);
    if (static_cast<std::int64_t>(targets.class_names.size()) != columns) {
      throw Error("{} has {} labels a sample, but attribute {} names {}.", array.where(), columns, schema::kClassNamesAttribute,
                  targets.class_names.size());
    }
  }
  return targets;
}

// `task`: kAuto where neither file nor user says.
StoredTargets read_rows(const hdf5::Array& array, TaskKind task, std::vector<std::string> names) {
  if (task == TaskKind::kRegression) return read_columns(array, TargetKind::kValue, std::move(names));
  const std::int64_t columns = array.row_elements();
  const std::vector<double> stored = array.read_all<double>();
  const bool one_hot = task != TaskKind::kMultilabel && is_one_hot(stored, columns);
  if (one_hot) return classes_of_one_hot(array, stored, columns, std::move(names));
  if (is_exclusive(task)) {
    throw Error("{} has shape [{}], but task {} wants one class a sample: [N], [N, 1], or rows with one 1 each.", array.where(),
                fmt::join(array.shape(), ", "), name_of(task));
  }
  const bool is_float = array.type().kind == hdf5::Kind::kFloat;
  const bool are_labels =
      std::all_of(stored.begin(), stored.end(), [](double value) { return value == 0 || value == 1 || std::isnan(value); });
  if (task == TaskKind::kAuto && is_float && !are_labels) return read_columns(array, TargetKind::kValue, std::move(names));
  StoredTargets targets = read_columns(array, TargetKind::kMultiLabel, std::move(names));
  if (task == TaskKind::kAuto && is_float) {
    targets.notes.push_back(fmt::format("{} holds 0 and 1 as {}, taken as {} labels a sample. task.name = regression takes them as values.",
                                        array.where(), to_string(array.type()), columns));
  }
  return targets;
}

// Class numbers as floating point are few, and each stands for several samples; as integers they may be any count without large gaps.
bool look_like_classes(const ClassNumbers& numbers, bool is_float, std::size_t samples) {
  const std::vector<double>& values = numbers.values;
  if (values.empty() || !numbers.whole) return false;
  if (is_float) return values.size() <= 2 || (numbers.are_few() && 2 * values.size() <= samples);
  const bool begins_low = values.front() == 0 || values.front() == 1;
  return numbers.look_like_classes() || (begins_low && 2 * static_cast<double>(values.size()) >= values.back());
}

StoredTargets read_values(const hdf5::Array& array, const ClassNumbers& numbers, std::vector<std::string> names) {
  StoredTargets targets = read_columns(array, TargetKind::kValue, std::move(names));
  if (numbers.whole && numbers.values.size() > 1) {
    targets.notes.push_back(
        fmt::format("{} holds {} different whole numbers from {} to {}, taken as values. task.name = multiclass takes them as classes.",
                    array.where(), numbers.values.size(), numbers.values.front(), numbers.values.back()));
  }
  return targets;
}

// One number a sample.
StoredTargets read_numbers(const hdf5::Array& array, TaskKind task, TaskKind stored_task, std::vector<std::string> names) {
  if (task == TaskKind::kMultilabel && is_exclusive(stored_task)) {
    throw UsageError("task.name = multilabel does not fit {}, which holds one class a sample.", array.where());
  }
  if (task == TaskKind::kMultilabel) return read_columns(array, TargetKind::kMultiLabel, std::move(names));
  const std::vector<double> labels = array.read_all<double>();
  const ClassNumbers numbers = class_numbers(labels);
  const bool is_float = array.type().kind == hdf5::Kind::kFloat;
  if (task == TaskKind::kRegression) {
    // Numbers of classes are values as they are.
    const bool are_classes = stored_task == TaskKind::kAuto ? !is_float : is_exclusive(stored_task);
    if (are_classes && (!names.empty() || numbers.count_from_zero())) return classes_of_numbers(array, labels, numbers, std::move(names));
    return read_columns(array, TargetKind::kValue, std::move(names));
  }
  const bool are_named = is_float ? numbers.whole && names.size() > 1 : !names.empty();
  if (!is_exclusive(task) && !are_named && !look_like_classes(numbers, is_float, labels.size())) {
    return read_values(array, numbers, std::move(names));
  }
  StoredTargets targets = classes_of_numbers(array, labels, numbers, std::move(names));
  if (task == TaskKind::kAuto && is_float) {
    targets.notes.push_back(
        fmt::format("{} holds {} different whole numbers as {}, taken as classes. task.name = regression takes them as "
                    "values.",
                    array.where(), numbers.values.size(), to_string(array.type())));
  }
  return targets;
}

}  // namespace

std::string to_string(TargetKind kind) {
  switch (kind) {
    case TargetKind::kNone:
      return "none";
    case TargetKind::kClass:
      return "classes";
    case TargetKind::kMultiLabel:
      return "multilabel";
    case TargetKind::kMask:
      return "masks";
    case TargetKind::kValue:
      break;
  }
  return "regression";
}

StoredTargets read_targets(const hdf5::Array& array, TaskKind wanted) {
  check_shape_and_type(array);
  const TaskKind stored = stored_task(array);
  const TaskKind task = wanted == TaskKind::kAuto ? stored : wanted;
  std::vector<std::string> names = array.texts(schema::kClassNamesAttribute);
  if (array.type().kind == hdf5::Kind::kString) {
    if (task == TaskKind::kAuto || is_exclusive(task)) return classes_of_texts(array, std::move(names));
    throw Error("{} holds text, which names classes, but task {} wants numbers.", array.where(), name_of(task));
  }
  return array.row_elements() == 1 ? read_numbers(array, task, stored, std::move(names)) : read_rows(array, task, std::move(names));
}

}  // namespace galen::data
