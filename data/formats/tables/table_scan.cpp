#include "data/formats/tables/table_scan.h"

#include "data/formats/tables/column_encoding.h"
#include "galen/error.h"

#include <unordered_map>

namespace galen::data {
namespace {

class Scanner {
 public:
  explicit Scanner(const Table& table)
      : table_(table),
        missing_(table.options.missing),
        style_(parse_number_style(table.options.decimal)),
        targets_(table.columns.targets.size()) {
    for (const std::size_t column : table.columns.features) {
      ColumnProfile& profile = scan_.features.emplace_back();
      profile.rows = RowCount(tells_row_number(table.columns.names[column]) || (column == 0 && table.first_is_unnamed));
    }
    for (const std::size_t column : table.columns.targets) scan_.targets.push_back({table.columns.names[column], {}});
  }

  void add(const std::vector<std::string>& cells, std::int64_t line, std::int64_t row) {
    const TableColumns& columns = table_.columns;
    for (std::size_t f = 0; f < scan_.features.size(); ++f) scan_.features[f].add(cells[columns.features[f]], line, row, missing_, style_);
    for (std::size_t k = 0; k < targets_.size(); ++k) {
      targets_[k].add(cells[columns.targets[k]], line, row, missing_, style_);
      scan_.targets[k].cells.push_back(cells[columns.targets[k]]);
    }
    if (columns.group) scan_.groups.push_back(identifier(cells[*columns.group], *columns.group, line, "--group"));
    if (columns.sample_id) add_sample_id(cells[*columns.sample_id], line);
    scan_.lines.push_back(line);
  }

  TableScan finish(const TableRows& rows) {
    for (std::size_t k = 0; k < targets_.size(); ++k) rewrite_numbers(scan_.targets[k].cells, targets_[k]);
    scan_.left_out = rows.left_out();
    scan_.has_other_text = rows.has_other_text();
    return std::move(scan_);
  }

 private:
  const std::string& identifier(const std::string& cell, std::size_t column, std::int64_t line, const char* option) const {
    if (missing_(cell))
      throw Error("{}: line {} has no value in column {}, which {} names.", table_.file, line, table_.columns.names[column], option);
    return cell;
  }

  void add_sample_id(const std::string& cell, std::int64_t line) {
    const std::size_t column = *table_.columns.sample_id;
    const auto [first, is_new] = line_of_sample_.emplace(identifier(cell, column, line, "--sample-id"), line);
    if (!is_new) {
      throw Error("{}: lines {} and {} have the same sample, {}; if column {} identifies the patient, name it with --group.", table_.file,
                  first->second, line, cell, table_.columns.names[column]);
    }
    scan_.sample_ids.push_back(cell);
  }

  void rewrite_numbers(std::vector<std::string>& cells, const ColumnProfile& profile) const {
    const bool lists = table_.options.label_separator != "auto" && table_.options.label_separator != "none";
    const auto style = style_ ? style_ : proven_style(profile);
    if (!style || lists) return;
    for (std::string& cell : cells) {
      if (const auto number = parse_number(cell, *style)) cell = fmt::format("{}", *number);
    }
  }

  const Table& table_;
  MissingValue missing_;
  std::optional<NumberStyle> style_;
  std::vector<ColumnProfile> targets_;
  std::unordered_map<std::string, std::int64_t> line_of_sample_;
  TableScan scan_;
};

}  // namespace

TableScan scan_table(const Table& table) {
  TableRows rows(table);
  Scanner scanner(table);
  std::vector<std::string> cells;
  while (rows.next(cells)) scanner.add(cells, rows.line(), rows.row());
  TableScan scan = scanner.finish(rows);
  if (scan.lines.empty()) throw Error("{}: holds no row with a target.", table.file);
  return scan;
}

}  // namespace galen::data
