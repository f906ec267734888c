#include "data/import/targets.h"

#include "data/files/class_names.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace galen::data {
namespace {

template <typename Holds>
bool all_of(const at::Tensor& numbers, Holds holds) {
  return std::all_of(numbers.data_ptr<double>(), numbers.data_ptr<double>() + numbers.numel(), holds);
}

bool whole(double number) { return number == std::floor(number); }
bool zero_or_one(double number) { return number == 0 || number == 1; }

Targets classes_from(const at::Tensor& labels, const std::string& task, const std::string& name) {
  const auto* numbers = labels.data_ptr<double>();
  for (std::int64_t i = 0; i < labels.numel(); ++i) {
    if (!whole(numbers[i]) || numbers[i] < 0 || numbers[i] >= kMostClasses) {
      throw Error("{}: label {} of sample {} is no class number (0, 1, 2 …); if these are values to predict, pass --task regression.", name,
                  numbers[i], i);
    }
  }
  const auto largest = static_cast<std::int64_t>(*std::max_element(numbers, numbers + labels.numel()));
  const std::int64_t classes = std::max<std::int64_t>(largest + 1, 2);
  return {labels.reshape({-1}).to(at::kLong), class_task(task, classes, name), numbered_names(classes)};
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
  return {labels.argmax(1), class_task(task, labels.size(1), name), numbered_names(labels.size(1))};
}

}  // namespace

Targets targets_from_numbers(const at::Tensor& labels, const std::string& task, const std::string& name) {
  check_task(task);
  if (labels.dim() != 1 && labels.dim() != 2)
    throw Error("{}: labels have {} dimensions; [N] or [N, labels] is needed.", name, labels.dim());
  const at::Tensor columns = labels.reshape({labels.size(0), -1}).contiguous();
  const bool single = columns.size(1) == 1;

  if (!all_of(columns, [](double number) { return std::isfinite(number); })) throw Error("{}: holds a NaN or infinite label.", name);
  const auto* numbers = columns.const_data_ptr<double>();
  const auto* huge =
      std::find_if(numbers, numbers + columns.numel(), [](double number) { return !std::isfinite(static_cast<float>(number)); });
  if (huge != numbers + columns.numel())
    throw Error("{}: label {} of sample {} is beyond single precision.", name, *huge, (huge - numbers) / columns.size(1));

  const bool multilabel = task == "multilabel" || (task == "auto" && !single && all_of(columns, zero_or_one));
  if (multilabel) {
    if (!all_of(columns, zero_or_one)) throw Error("{}: multi-label targets are 0 or 1, but other numbers are there.", name);
    return {columns.to(at::kFloat), "multilabel", numbered_names(columns.size(1))};
  }
  if (task == "regression" || (task == "auto" && !(single && all_of(columns, whole)))) return {columns.to(at::kFloat), "regression", {}};
  return single ? classes_from(columns, task, name) : one_hot_from(columns, task, name);
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

}  // namespace galen::data
