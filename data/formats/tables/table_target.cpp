#include "data/formats/tables/table_target.h"

#include "data/formats/number_style.h"
#include "data/formats/spellings.h"
#include "data/formats/tables/many_labels.h"
#include "data/formats/tables/unlabelled.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace galen::data {
namespace {

constexpr std::size_t kMostTextClasses = 10000;  // more different texts are notes or names

/// What all steps share.
class ColumnsReader {
 public:
  ColumnsReader(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines, const ImportOptions& options,
                const EarlierTargets& earlier)
      : columns_(columns),
        lines_(lines),
        options_(options),
        earlier_(earlier),
        task_(options.task == "auto" && !earlier.task.empty() ? earlier.task : options.task),
        type_(parse_stored_type(options.table.type)),
        unlabelled_(options.table.unlabelled, names(columns), MissingValue(options.table.missing)) {}

  Targets read() {
    if (has_separator() && (columns_.size() > 1 || (task_ != "auto" && task_ != "multilabel"))) {
      throw UsageError("--label-separator {} is for one column of several labels a cell, and --task multilabel.",
                       options_.table.label_separator);
    }
    Targets targets = columns_.size() == 1 ? one_column() : several_columns();
    targets.notes.insert(targets.notes.begin(), notes_.begin(), notes_.end());
    if (!earlier_.names.empty()) leave_out_absent(targets);
    if (targets.task == "regression") targets.names = names(columns_);
    return targets;
  }

 private:
  static std::vector<std::string> names(const std::vector<TargetColumn>& columns) {
    std::vector<std::string> names;
    for (const TargetColumn& column : columns) names.push_back(column.name);
    return names;
  }

  bool has_separator() const { return options_.table.label_separator != "auto" && options_.table.label_separator != "none"; }
  std::string where(const TargetColumn& column) const { return fmt::format("{}: column {}", options_.source, column.name); }
  std::vector<std::string> known_spellings() const { return earlier_.names.empty() ? old_names(options_.class_names) : earlier_.names; }

  /// Where 0 or 1 alone was taken for one of two classes: of the other one, the earlier import knows better.
  static void leave_out_absent(Targets& targets) {
    if (targets.values.dim() != 1 || targets.names.size() != 2) return;
    const std::int64_t first = targets.values[0].item<std::int64_t>();
    if (!targets.values.eq(first).all().item<bool>()) return;
    targets.names = {targets.names[static_cast<std::size_t>(first)]};
    targets.values.zero_();
  }

  Targets several_columns() {
    const std::string task = task_ == "auto" && !unlabelled_.empty() ? "multilabel" : task_;
    Targets targets = targets_from_numbers(to_numbers(), task, options_.source, LongCounts::kClasses, type_);
    for (std::size_t k = 0; k < targets.names.size(); ++k) targets.names[k] = columns_[k].name;
    return targets;
  }

  Targets one_column() {
    const TargetColumn& column = columns_.front();
    const bool text = std::any_of(column.cells.begin(), column.cells.end(),
                                  [&](const std::string& cell) { return !parse_number(cell) && !unlabelled_(0, cell); });
    if ((text && task_ != "regression") || has_separator()) return text_targets(column);
    Targets targets = targets_from_numbers(to_numbers(), task_, where(column), LongCounts::kValues, type_);
    if (targets.task == "multilabel") targets.names = {column.name};
    return targets;
  }

  Targets text_targets(const TargetColumn& column) {
    if ((task_ == "binary" || task_ == "multiclass") && !has_separator()) return text_classes(column);
    const std::string& option = options_.table.label_separator;
    const auto separator = task_ == "auto" ? find_label_separator(column.cells, option, where(column), notes_)
                                           : find_separator_of_labels(column.cells, option, earlier_.names);
    if (task_ == "auto" && !separator) return text_classes(column);
    return targets_from_labels(without_unlabelled(column), separator.value_or('\0'), earlier_.names, where(column));
  }

  Targets text_classes(const TargetColumn& column) {
    for (const std::string& cell : column.cells) {
      if (unlabelled_(0, cell)) refuse_policy(column);
    }
    Targets targets;
    const std::vector<std::string> cells = join_spellings(column.cells, known_spellings(), where(column), targets.notes);
    std::map<std::string, std::int64_t> numbers;
    for (const std::string& cell : cells) numbers[cell] = 0;
    if (numbers.size() > kMostTextClasses) {
      throw Error("{}: column {} holds {} different texts, which are no classes; learn another column (--target).", options_.source,
                  column.name, numbers.size());
    }
    for (const auto& [name, number] : numbers) targets.names.push_back(name);
    for (std::size_t i = 0; i < targets.names.size(); ++i) numbers[targets.names[i]] = static_cast<std::int64_t>(i);

    targets.values = at::empty({static_cast<std::int64_t>(cells.size())}, at::kLong);
    auto* classes = targets.values.data_ptr<std::int64_t>();
    for (const std::string& cell : cells) *classes++ = numbers.at(cell);
    targets.task = class_task(task_, targets.names.size(), options_.source);
    return targets;
  }

  /// Cells of several labels: one that is not known, and counts as negative, has no label.
  std::vector<std::string> without_unlabelled(const TargetColumn& column) const {
    std::vector<std::string> cells = column.cells;
    for (std::string& cell : cells) {
      const auto as = unlabelled_(0, cell);
      if (as == UnknownAs::kPositive) refuse_policy(column);
      if (as) cell.clear();
    }
    return cells;
  }

  [[noreturn]] void refuse_policy(const TargetColumn& column) const {
    throw UsageError("--unlabelled: positive and negative are for labels of 0 and 1, but {} holds texts.", where(column));
  }

  /// [N, columns] f64; NaN where a label is not known. A cell that is no number throws.
  at::Tensor to_numbers() {
    at::Tensor numbers = at::empty({static_cast<std::int64_t>(lines_.size()), static_cast<std::int64_t>(columns_.size())}, at::kDouble);
    auto values = numbers.accessor<double, 2>();
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      std::map<UnknownAs, std::int64_t> counts;
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        const auto as = unlabelled_(k, columns_[k].cells[i]);
        values[i][k] = as ? value_of(*as) : number_in(k, i);
        if (as) ++counts[*as];
      }
      note_policies(columns_[k], counts);
    }
    return numbers;
  }

  static double value_of(UnknownAs as) {
    if (as == UnknownAs::kIgnore) return std::numeric_limits<double>::quiet_NaN();
    return as == UnknownAs::kPositive ? 1 : 0;
  }

  double number_in(std::size_t k, std::size_t i) const {
    const std::string& cell = columns_[k].cells[i];
    const auto number = parse_number(cell);
    if (!number)
      throw Error("{}: line {}, column {}: \"{}\" is no number, as its task needs.", options_.source, lines_[i], columns_[k].name, cell);
    if (!std::isfinite(static_cast<float>(*number)))
      throw Error("{}: line {}, column {}: {} is beyond single precision.", options_.source, lines_[i], columns_[k].name, cell);
    return *number;
  }

  void note_policies(const TargetColumn& column, const std::map<UnknownAs, std::int64_t>& counts) {
    std::vector<std::string> parts;
    for (const auto& [as, count] : counts) {
      parts.push_back(as == UnknownAs::kIgnore
                          ? fmt::format("{} left out of loss and metrics", count)
                          : fmt::format("{} taken as {}", count, as == UnknownAs::kPositive ? "positive" : "negative"));
    }
    if (!parts.empty()) notes_.push_back(fmt::format("{}: labels that are not known: {}.", where(column), fmt::join(parts, ", ")));
  }

  const std::vector<TargetColumn>& columns_;
  const std::vector<std::int64_t>& lines_;
  const ImportOptions& options_;
  const EarlierTargets& earlier_;
  std::string task_;
  StoredType type_;
  Unlabelled unlabelled_;
  std::vector<std::string> notes_;
};

}  // namespace

Targets targets_from_columns(const std::vector<TargetColumn>& columns, const std::vector<std::int64_t>& lines, const ImportOptions& options,
                             const EarlierTargets& earlier) {
  check_task(options.task);
  return ColumnsReader(columns, lines, options, earlier).read();
}

}  // namespace galen::data
