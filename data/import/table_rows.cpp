#include "data/import/table_rows.h"

#include "data/import/table_header.h"
#include "galen/error.h"

namespace galen::data {

Table open_table_file(const std::string& file, const TableOptions& options, std::vector<std::string>& notes) {
  Table table;
  table.file = file;
  table.delimiter = find_delimiter(file, options.delimiter);
  table.options = options;
  TableHeader header = read_header(file, table.delimiter, options, notes);
  table.first_line_is_data = header.first_line_is_data;
  table.columns = assign_columns(file, std::move(header.names), options, notes);
  return table;
}

TableRows::TableRows(const Table& table) : table_(table), reader_(table.file, table.delimiter), missing_(table.options.missing) {
  std::vector<std::string> header;
  if (!table.first_line_is_data) reader_.next(header);
}

bool TableRows::next(std::vector<std::string>& cells) {
  const std::size_t width = table_.columns.names.size();
  while (reader_.next(cells)) {
    if (cells.size() != width) {
      throw Error("{}: line {} has {} cells, but the table has {} columns.", table_.file, line(), cells.size(), width);
    }
    if (has_target(cells)) return true;
    ++left_out_;
  }
  return false;
}

bool TableRows::has_target(const std::vector<std::string>& cells) {
  for (const std::size_t column : table_.columns.targets) {
    if (!missing_(cells[column])) continue;
    if (table_.options.leave_out_unlabelled) return false;
    throw Error("{}: line {} has no value in column {}, which is to be learnt; pass --leave-out-unlabelled to import without such rows.",
                table_.file, line(), table_.columns.names[column]);
  }
  return true;
}

}  // namespace galen::data
