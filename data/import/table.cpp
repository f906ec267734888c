#include "data/import/table.h"

#include "galen/error.h"

#include "data/import/csv_reader.h"
#include "data/import/table_cell.h"
#include "data/import/table_columns.h"
#include "data/import/table_target.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <unordered_map>

namespace galen::data {
namespace {

void check_header_option(const std::string& header) {
  static constexpr std::array kHeaders = {"full", "partial", "none"};
  if (std::find(kHeaders.begin(), kHeaders.end(), header) == kHeaders.end()) {
    throw UsageError("header {} is unknown; it is one of {}.", header, fmt::join(kHeaders, ", "));
  }
}

/// Rows of the table, as they are read.
class Rows {
 public:
  Rows(const TableColumns& columns, const TableOptions& options, const std::string& file)
      : columns_(columns), options_(options), file_(file), missing_(options.missing) {
    for (const std::size_t column : columns.targets) targets_.push_back({columns.names[column], {}});
  }

  void add(const std::vector<std::string>& cells, std::int64_t line) {
    if (cells.size() != columns_.names.size()) {
      throw Error("{}: line {} has {} cells, but the table has {} columns.", file_, line, cells.size(), columns_.names.size());
    }
    if (!has_target(cells, line)) return;
    for (std::size_t k = 0; k < targets_.size(); ++k) targets_[k].cells.push_back(cells[columns_.targets[k]]);
    for (const std::size_t column : columns_.features) features_.push_back(feature(cells[column], column, line));
    if (columns_.group) groups_.push_back(identifier(cells[*columns_.group], *columns_.group, line, "--group"));
    if (columns_.sample_id) add_sample_id(cells[*columns_.sample_id], line);
    lines_.push_back(line);
  }

  std::int64_t size() const { return static_cast<std::int64_t>(lines_.size()); }
  std::int64_t left_out() const { return left_out_; }
  const std::vector<TargetColumn>& targets() const { return targets_; }
  const std::vector<std::int64_t>& lines() const { return lines_; }
  std::vector<float>& features() { return features_; }
  std::vector<std::string>& groups() { return groups_; }
  std::vector<std::string>& sample_ids() { return sample_ids_; }

 private:
  bool has_target(const std::vector<std::string>& cells, std::int64_t line) {
    for (const std::size_t column : columns_.targets) {
      if (!missing_(cells[column])) continue;
      if (!options_.leave_out_unlabelled) {
        throw Error(
            "{}: line {} has no value in column {}, which is to be learnt; pass --leave-out-unlabelled to import without such rows.", file_,
            line, columns_.names[column]);
      }
      ++left_out_;
      return false;
    }
    return true;
  }

  float feature(const std::string& cell, std::size_t column, std::int64_t line) const {
    if (missing_(cell)) return std::numeric_limits<float>::quiet_NaN();
    const auto number = parse_number(cell);
    const auto& name = columns_.names[column];
    if (!number) {
      throw Error(
          "{}: line {}, column {}: \"{}\" is no number; pass --leave-out {} to import without the column, --target {} to learn it, or "
          "--missing with all spellings of a missing value.",
          file_, line, name, cell, name, name);
    }
    if (!std::isfinite(static_cast<float>(*number)))
      throw Error("{}: line {}, column {}: {} is beyond single precision.", file_, line, name, cell);
    return static_cast<float>(*number);
  }

  const std::string& identifier(const std::string& cell, std::size_t column, std::int64_t line, const char* option) const {
    if (missing_(cell)) throw Error("{}: line {} has no value in column {}, which {} names.", file_, line, columns_.names[column], option);
    return cell;
  }

  void add_sample_id(const std::string& cell, std::int64_t line) {
    const auto [first, is_new] = line_of_sample_.emplace(identifier(cell, *columns_.sample_id, line, "--sample-id"), line);
    if (!is_new) {
      throw Error("{}: lines {} and {} have the same sample, {}; if column {} tells the patient, name it with --group.", file_,
                  first->second, line, cell, columns_.names[*columns_.sample_id]);
    }
    sample_ids_.push_back(cell);
  }

  const TableColumns& columns_;
  const TableOptions& options_;
  const std::string& file_;
  MissingValue missing_;
  std::vector<float> features_;
  std::vector<TargetColumn> targets_;
  std::vector<std::string> groups_;
  std::vector<std::string> sample_ids_;
  std::unordered_map<std::string, std::int64_t> line_of_sample_;
  std::vector<std::int64_t> lines_;
  std::int64_t left_out_ = 0;
};

/// Hands out the features row by row.
std::function<at::Tensor(std::int64_t)> reader_of(std::vector<float> features, std::int64_t width) {
  return [values = std::make_shared<std::vector<float>>(std::move(features)), width, next = std::int64_t{0}](std::int64_t n) mutable {
    at::Tensor rows = at::from_blob(values->data() + next * width, {n, width}, at::kFloat).clone();
    next += n;
    return rows;
  };
}

}  // namespace

Source open_table(const ImportOptions& options) {
  const TableOptions& table = options.table;
  check_header_option(table.header);
  CsvReader reader(options.source, find_delimiter(options.source, table.delimiter));

  std::vector<std::string> first_line;
  std::vector<std::string> cells;
  if (table.header != "none") reader.next(first_line);
  if (!reader.next(cells)) throw Error("{}: holds no rows.", options.source);

  Source source;
  const TableColumns columns =
      assign_columns(options.source, name_columns(options.source, first_line, cells.size(), table), table, source.warnings);
  Rows rows(columns, table, options.source);
  do {
    rows.add(cells, reader.line());
  } while (reader.next(cells));
  if (rows.size() == 0) throw Error("{}: holds no row with a target.", options.source);
  if (rows.left_out() > 0)
    source.warnings.push_back(fmt::format("{} row{} without a target left out.", rows.left_out(), rows.left_out() == 1 ? "" : "s"));

  if (!columns.targets.empty()) {
    const Targets targets = targets_from_columns(rows.targets(), rows.lines(), options);
    source.targets = targets.values;
    source.description.task = targets.task;
    source.description.class_names = targets.names;
  }
  const auto width = static_cast<std::int64_t>(columns.features.size());
  for (const std::size_t column : columns.features) source.description.feature_names.push_back(columns.names[column]);
  source.description.input = "tabular";
  source.description.sample_shape = {width};
  source.description.type = at::kFloat;
  source.description.size = rows.size();
  source.group_ids = std::move(rows.groups());
  source.sample_ids = std::move(rows.sample_ids());
  source.read = reader_of(std::move(rows.features()), width);
  return source;
}

}  // namespace galen::data
