#include "data/files/stored_targets.h"

#include "data/files/class_names.h"
#include "data/schema.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::data {

namespace {

TargetKind kind_of(const hdf5::Array& array, const std::string& task) {
  if (task == "binary" || task == "multiclass") return TargetKind::kClass;
  if (task == "multilabel") return TargetKind::kMultiLabel;
  if (task == "regression") return TargetKind::kValue;
  if (!task.empty()) {
    throw Error("{}: attribute {} is '{}'; it must be binary, multiclass, multilabel or regression.", array.where(), schema::kTaskAttribute,
                task);
  }
  if (array.type().kind == hdf5::Kind::kFloat) return TargetKind::kValue;
  return array.row_elements() == 1 ? TargetKind::kClass : TargetKind::kMultiLabel;
}

void check_shape_and_type(const hdf5::Array& array) {
  if (array.type().kind == hdf5::Kind::kString || array.type().kind == hdf5::Kind::kOther) {
    throw Error("{} holds {}; targets must be numbers. Classes are numbered from 0, their names go into attribute {}.", array.where(),
                to_string(array.type()), schema::kClassNamesAttribute);
  }
  if (array.shape().empty() || array.shape().size() > 2 || array.row_elements() == 0) {
    throw Error("{} has shape [{}]; targets are [N], [N, 1] or [N, K].", array.where(), fmt::join(array.shape(), ", "));
  }
}

StoredTargets read_classes(const hdf5::Array& array, const std::string& task, std::vector<std::string> names) {
  if (array.row_elements() != 1) {
    throw Error("{} has shape [{}], but task {} wants one class number a sample: [N] or [N, 1].", array.where(),
                fmt::join(array.shape(), ", "), task);
  }
  const std::vector<double> labels = array.read_all<double>();
  StoredTargets targets{TargetKind::kClass, at::empty({array.rows()}, at::kLong), std::move(names)};
  auto* values = targets.values.mutable_data_ptr<std::int64_t>();
  const auto known =
      static_cast<double>(targets.class_names.empty() ? kMostClasses : static_cast<std::int64_t>(targets.class_names.size()));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double label = labels[i];
    if (!(label >= 0) || label != std::floor(label)) {
      throw Error("{}: sample {} has label {}; class labels are whole numbers from 0. For values set attribute {} = regression.",
                  array.where(), i, label, schema::kTaskAttribute);
    }
    if (label >= known) {
      const double largest = *std::max_element(labels.begin(), labels.end());
      throw Error(
          "{} holds {} as its largest label, but there are {} {}. Correct the labels or attribute {}, or for values set attribute {} = "
          "regression.",
          array.where(), largest, known, targets.class_names.empty() ? "classes at most" : "class names", schema::kClassNamesAttribute,
          schema::kTaskAttribute);
    }
    values[i] = static_cast<std::int64_t>(label);
  }
  if (targets.class_names.empty() && !labels.empty()) {
    targets.class_names = numbered_names(std::max<std::int64_t>(2, *std::max_element(values, values + labels.size()) + 1));
  }
  return targets;
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
  StoredTargets targets{kind, at::empty({array.rows(), columns}, at::kFloat), {}};
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

StoredTargets read_targets(const hdf5::Array& array) {
  check_shape_and_type(array);
  const std::vector<std::string> task = array.texts(schema::kTaskAttribute);
  std::vector<std::string> names = array.texts(schema::kClassNamesAttribute);
  const TargetKind kind = kind_of(array, task.empty() ? "" : task.front());
  return kind == TargetKind::kClass ? read_classes(array, task.empty() ? "class" : task.front(), std::move(names))
                                    : read_columns(array, kind, std::move(names));
}

}  // namespace galen::data
