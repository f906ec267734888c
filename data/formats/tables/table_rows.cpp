#include "data/formats/tables/table_rows.h"

#include "data/formats/tables/table_form.h"
#include "data/formats/tables/table_header.h"
#include "galen/error.h"

namespace galen::data {
namespace {

std::vector<std::string> names_of(const std::vector<std::size_t>& columns, const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (const std::size_t column : columns) chosen.push_back(names[column]);
  return chosen;
}

}  // namespace

Table open_table_file(const std::string& file, const TableOptions& options, std::vector<std::string>& notes) {
  Table table;
  table.file = file;
  table.delimiter = find_delimiter(file, options.delimiter);
  for (std::string& note : notes_on_form(file, options.delimiter, table.delimiter)) notes.push_back(std::move(note));
  table.options = options;
  TableHeader header = read_header(file, table.delimiter, options, notes);
  table.first_line_is_data = header.first_line_is_data;
  table.first_is_unnamed = header.first_is_unnamed;
  table.columns = assign_columns(file, std::move(header.names), options, notes);
  return table;
}

TableRows::TableRows(const Table& table)
    : table_(table),
      reader_(table.file, table.delimiter),
      missing_(table.options.missing),
      unlabelled_(table.options.unlabelled, names_of(table.columns.targets, table.columns.names), missing_) {
  if (!unlabelled_.empty() && table.columns.targets.empty())
    throw UsageError("--unlabelled is for columns to be learnt, but {} is imported without any.", table.file);
  std::vector<std::string> header;
  if (!table.first_line_is_data) reader_.next(header);
}

bool TableRows::next(std::vector<std::string>& cells) {
  const std::size_t width = table_.columns.names.size();
  while (reader_.next(cells)) {
    if (cells.size() != width) {
      throw Error("{}: line {} has {} cells, but the table has {} columns.", table_.file, line(), cells.size(), width);
    }
    ++row_;
    if (has_target(cells)) return true;
    ++left_out_;
  }
  return false;
}

bool TableRows::has_target(const std::vector<std::string>& cells) {
  const std::vector<std::size_t>& targets = table_.columns.targets;
  std::size_t ignored = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const std::size_t column = targets[k];
    const auto as = unlabelled_(k, cells[column]);
    ignored += as == UnknownAs::kIgnore;
    if (as || !missing_(cells[column])) continue;
    if (table_.options.leave_out_unlabelled) return false;
    throw Error("{}: line {} has no value in column {}, which is to be learnt; pass --leave-out-unlabelled to import without such rows{}.",
                table_.file, line(), table_.columns.names[column],
                targets.size() > 1 ? ", or --unlabelled blank to leave out such labels alone" : "");
  }
  return ignored == 0 || ignored < targets.size();
}

}  // namespace galen::data
