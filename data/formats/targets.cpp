#include "data/formats/targets.h"

#include "data/files/class_names.h"
#include "data/files/class_numbers.h"
#include "data/formats/source.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace galen::data {
namespace {

constexpr std::int64_t kRowsOfAClass = 2;  // on average: numbers that hardly ever come twice are values

std::span<const double> numbers_in(const at::Tensor& columns) {
  return {columns.const_data_ptr<double>(), static_cast<std::size_t>(columns.numel())};
}

bool zero_or_one(double number) { return number == 0 || number == 1; }

template <typename Holds>
bool all_of(const at::Tensor& columns, Holds holds) {
  const auto numbers = numbers_in(columns);
  return std::all_of(numbers.begin(), numbers.end(), holds);
}

Targets classes_from(const at::Tensor& labels, const ClassNumbers& classes, const std::string& task, const std::string& name) {
  if (!classes.whole && !classes.are_few_numbers()) {
    throw Error(
        "{}: holds {} different numbers, not all of them whole, which are no classes; if they are values to predict, pass --task "
        "regression.",
        name, classes.values.size());
  }
  if (static_cast<std::int64_t>(classes.values.size()) > kMostClasses)
    throw Error("{}: holds {} different numbers, which are too many classes.", name, classes.values.size());
  Targets targets{classes.classes(numbers_in(labels)), class_task(task, classes.values.size(), name), classes.names(), {}};
  if (!classes.count_from_zero()) {
    const bool open = classes.values.size() > 2 && classes.values.front() == -1;
    targets.notes.push_back(fmt::format("{}: classes are numbered by value: {}; --task regression if these are values to predict{}.", name,
                                        classes.mapping(), open ? ", --unlabelled -1 if -1 is no class of a table's" : ""));
  }
  return targets;
}

Targets one_hot_from(const at::Tensor& labels, const std::string& task, const std::string& name) {
  const auto rows = labels.accessor<double, 2>();
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    double sum = 0;
    for (std::int64_t k = 0; k < rows.size(1); ++k) sum += zero_or_one(rows[i][k]) ? rows[i][k] : 2;
    if (sum != 1) {
      throw Error("{}: the labels of sample {} name {} classes, not one; pass --task multilabel if a sample may have several.", name, i,
                  sum == 0 ? "no" : "several");
    }
  }
  Targets targets{labels.argmax(1), class_task(task, labels.size(1), name), numbered_names(labels.size(1)), {}};
  if (task == "auto")
    targets.notes.push_back(
        fmt::format("{}: each sample has a 1 in one of {} columns, which are taken for classes (one-hot); --task "
                    "multilabel if a sample may have several labels.",
                    name, labels.size(1)));
  return targets;
}

/// NaN: not known.
Targets labels_from(const at::Tensor& labels, const std::string& name) {
  const auto rows = labels.accessor<double, 2>();
  std::int64_t unknown = 0;
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    std::int64_t known = 0;
    for (std::int64_t k = 0; k < rows.size(1); ++k) {
      const double label = rows[i][k];
      if (!std::isnan(label) && !zero_or_one(label))
        throw Error(
            "{}: multi-label targets are 0 or 1, but sample {} holds {} in column {}; a table's values that mean that a label is not "
            "known are named with --unlabelled.",
            name, i, label, k);
      known += !std::isnan(label);
    }
    if (known == 0) throw Error("{}: no label of sample {} is known; leave such samples out.", name, i);
    unknown += rows.size(1) - known;
  }
  Targets targets{labels.to(at::kFloat), "multilabel", numbered_names(labels.size(1)), {}};
  if (unknown > 0)
    targets.notes.push_back(
        fmt::format("{}: {} of {} labels are not known: the loss and each metric leave them out.", name, unknown, labels.numel()));
  return targets;
}

Targets values_from(const at::Tensor& labels, const std::string& name, StoredType type) {
  const auto numbers = numbers_in(labels);
  const auto changed = std::find_if(numbers.begin(), numbers.end(), f32_changes);
  const TypeChoice stored = choose_type(type, changed == numbers.end() ? "" : fmt::format("{} in {}", *changed, name));
  Targets targets{labels.to(stored.type), "regression", {}, {}, "values to predict " + stored.reason};
  if (stored.type == at::kDouble) return targets;
  const auto rounded = std::find_if(numbers.begin(), numbers.end(), [](double number) {
    return number == std::floor(number) && static_cast<double>(static_cast<float>(number)) != number;
  });
  if (rounded != numbers.end())
    targets.notes.push_back(fmt::format("{}: whole numbers such as {} are rounded to single precision, {}.", name, *rounded,
                                        static_cast<double>(static_cast<float>(*rounded))));
  return targets;
}

/// Several columns of 0, 1 and −1, as those of CheXpert, where −1 means that a report leaves it open: to be settled by the user.
void expect_no_open_labels(const at::Tensor& columns, const std::string& name) {
  const bool open = all_of(columns, [](double number) { return std::isnan(number) || zero_or_one(number) || number == -1; });
  if (!open || all_of(columns, [](double number) { return number != -1; })) return;
  throw Error(
      "{}: the columns to be learnt hold 0, 1 and -1. If -1 means that a label is not known, pass --unlabelled -1 for "
      "a table (-1=positive or -1=negative takes it for one); --task regression if these are values to predict.",
      name);
}

void check_numbers(const at::Tensor& columns, bool unknown_allowed, const std::string& name) {
  const auto numbers = numbers_in(columns);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double number = numbers[i];
    if (std::isinf(number) || (std::isnan(number) && !unknown_allowed)) throw Error("{}: holds a NaN or infinite label.", name);
    if (std::isfinite(number) && !std::isfinite(static_cast<float>(number)))
      throw Error("{}: label {} of sample {} is beyond single precision.", name, number, static_cast<std::int64_t>(i) / columns.size(1));
  }
}

}  // namespace

Targets targets_from_numbers(const at::Tensor& labels, const std::string& task, const std::string& name, LongCounts long_counts,
                             StoredType type) {
  check_task(task);
  if (labels.dim() != 1 && labels.dim() != 2)
    throw Error("{}: labels have {} dimensions; [N] or [N, labels] is needed.", name, labels.dim());
  const at::Tensor columns = labels.reshape({labels.size(0), -1}).contiguous();
  const bool single = columns.size(1) == 1;
  const bool decided = task != "auto";
  const bool several_labels =
      task == "multilabel" || (!decided && !single && all_of(columns, [](double n) { return std::isnan(n) || zero_or_one(n); }));
  check_numbers(columns, several_labels, name);
  if (task == "regression") return values_from(columns, name, type);
  if (!single) {
    if (task == "binary" || task == "multiclass" || (!decided && is_one_hot(numbers_in(columns), columns.size(1))))
      return one_hot_from(columns, task, name);
    if (several_labels) return labels_from(columns, name);
    expect_no_open_labels(columns, name);
    return values_from(columns, name, type);
  }
  if (several_labels) return labels_from(columns, name);

  const ClassNumbers classes = class_numbers(numbers_in(columns));
  const bool look_like_classes = long_counts == LongCounts::kClasses ? classes.look_like_classes() : classes.are_few();
  if (decided || look_like_classes) return classes_from(columns, classes, task, name);
  Targets targets = values_from(columns, name, type);
  const auto different = static_cast<std::int64_t>(classes.values.size());
  if (classes.whole || (classes.are_few_numbers() && different * kRowsOfAClass <= columns.size(0)))
    targets.notes.push_back(
        fmt::format("{}: holds {} different {}numbers, taken for values to predict; --task multiclass if they are classes.", name,
                    different, classes.whole ? "whole " : ""));
  return targets;
}

void check_task(const std::string& task) {
  static constexpr std::array kTasks = {"auto", "binary", "multiclass", "multilabel", "regression"};
  if (std::find(kTasks.begin(), kTasks.end(), task) == kTasks.end()) {
    throw UsageError("task {} is unknown; it is one of {}.", task, fmt::join(kTasks, ", "));
  }
}

std::string class_task(const std::string& task, std::size_t classes, const std::string& name) {
  if (task == "binary" && classes > 2)
    throw Error("{}: holds {} classes, but the task binary has two; pass --task multiclass.", name, classes);
  if (task != "auto") return task;
  return classes == 2 ? "binary" : "multiclass";
}

void set_targets(Source& source, Targets targets) {
  source.targets = std::move(targets.values);
  if (!targets.type.empty()) source.types.push_back(std::move(targets.type));
  source.description.task = std::move(targets.task);
  source.description.class_names = std::move(targets.names);
  source.warnings.insert(source.warnings.end(), targets.notes.begin(), targets.notes.end());
}

}  // namespace galen::data
