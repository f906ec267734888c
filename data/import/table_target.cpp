#include "data/import/table_target.h"

#include "galen/error.h"

#include "data/import/number_style.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace galen::data {
namespace {

constexpr std::size_t kMostNumberClasses = 20;   // more different whole numbers are values
constexpr std::size_t kMostTextClasses = 10000;  // more different texts are notes or names

/// [N, columns] f64. A cell that is no number throws.
at::Tensor to_numbers(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines, const std::string& file) {
  at::Tensor numbers = at::empty({static_cast<std::int64_t>(lines.size()), static_cast<std::int64_t>(columns.size())}, at::kDouble);
  auto values = numbers.accessor<double, 2>();
  for (std::size_t k = 0; k < columns.size(); ++k) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto number = parse_number(columns[k].cells[i]);
      if (!number)
        throw Error("{}: line {}, column {}: \"{}\" is no number, as its task needs.", file, lines[i], columns[k].name,
                    columns[k].cells[i]);
      if (!std::isfinite(static_cast<float>(*number)))
        throw Error("{}: line {}, column {}: {} is beyond single precision.", file, lines[i], columns[k].name, columns[k].cells[i]);
      values[i][k] = *number;
    }
  }
  return numbers;
}

Targets text_classes(const TargetColumn& column, const ImportOptions& options) {
  std::map<std::string, std::int64_t> numbers;
  for (const std::string& cell : column.cells) numbers[cell] = 0;
  if (numbers.size() > kMostTextClasses) {
    throw Error("{}: column {} holds {} different texts, which are no classes; learn another column (--target).", options.source,
                column.name, numbers.size());
  }

  Targets targets;
  for (const auto& [name, number] : numbers) targets.names.push_back(name);
  for (std::size_t i = 0; i < targets.names.size(); ++i) numbers[targets.names[i]] = static_cast<std::int64_t>(i);

  targets.values = at::empty({static_cast<std::int64_t>(column.cells.size())}, at::kLong);
  auto* classes = targets.values.data_ptr<std::int64_t>();
  for (const std::string& cell : column.cells) *classes++ = numbers.at(cell);
  targets.task = class_task(options.task, targets.names.size(), options.source);
  return targets;
}

/// Classes by value, named by value. `numbers`: [N, 1] f64.
Targets number_classes(const at::Tensor& numbers, const std::map<double, std::int64_t>& classes, const ImportOptions& options) {
  Targets targets;
  for (const auto& [value, number] : classes) targets.names.push_back(fmt::format("{}", value));
  targets.values = at::empty({numbers.size(0)}, at::kLong);
  auto* out = targets.values.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < numbers.size(0); ++i) out[i] = classes.at(numbers.data_ptr<double>()[i]);
  targets.task = class_task(options.task, targets.names.size(), options.source);
  return targets;
}

Targets single_column(const TargetColumn& column, const std::vector<std::int64_t>& lines, const ImportOptions& options) {
  const bool text = std::any_of(column.cells.begin(), column.cells.end(), [](const std::string& cell) { return !parse_number(cell); });
  const bool needs_numbers = options.task == "regression" || options.task == "multilabel";
  if (text && !needs_numbers) return text_classes(column, options);

  const at::Tensor numbers = to_numbers({column}, lines, options.source);
  if (needs_numbers) return targets_from_numbers(numbers, options.task, options.source);

  std::map<double, std::int64_t> classes;
  bool whole = true;
  for (std::int64_t i = 0; i < numbers.size(0); ++i) {
    const double number = numbers.data_ptr<double>()[i];
    classes[number] = 0;
    whole = whole && number == std::floor(number);
  }
  std::int64_t next = 0;
  for (auto& [value, number] : classes) number = next++;
  const bool values = options.task == "auto" && (!whole || classes.size() > kMostNumberClasses);
  return values ? targets_from_numbers(numbers, "regression", options.source) : number_classes(numbers, classes, options);
}

}  // namespace

Targets targets_from_columns(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines,
                             const ImportOptions& options) {
  check_task(options.task);
  if (columns.size() == 1) return single_column(columns.front(), lines, options);
  Targets targets = targets_from_numbers(to_numbers(columns, lines, options.source), options.task, options.source);
  for (std::size_t k = 0; k < targets.names.size(); ++k) targets.names[k] = columns[k].name;
  return targets;
}

}  // namespace galen::data
