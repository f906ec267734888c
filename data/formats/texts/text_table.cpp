#include "data/formats/texts/text_table.h"

#include "galen/error.h"

#include "data/formats/spellings.h"
#include "data/formats/tables/csv_reader.h"
#include "data/formats/tables/earlier_import.h"
#include "data/formats/tables/table_cell.h"
#include "data/formats/tables/table_form.h"
#include "data/formats/tables/table_header.h"
#include "data/formats/tables/table_rows.h"
#include "data/formats/tables/table_target.h"
#include "data/formats/texts/encoded_texts.h"
#include "data/formats/texts/text_columns.h"

#include <memory>
#include <optional>
#include <unordered_map>

namespace galen::data {
namespace {

/// Rows of the table, as they are read.
struct TextRows {
  std::vector<std::string> texts;
  std::vector<TargetColumn> targets;
  std::vector<std::string> groups;
  std::vector<std::string> sample_ids;
  std::vector<std::int64_t> lines;
  std::int64_t without_target = 0;
  std::int64_t without_text = 0;
};

class TextCollector {
 public:
  TextCollector(const ImportOptions& options, const TextColumns& columns)
      : options_(options), columns_(columns), missing_(options.table.missing) {
    for (const std::size_t column : columns.others.targets) rows_.targets.push_back({columns.others.names[column], {}});
  }

  void add(const std::vector<std::string>& cells, std::int64_t line) {
    const TableColumns& others = columns_.others;
    for (std::size_t k = 0; k < rows_.targets.size(); ++k) rows_.targets[k].cells.push_back(cells[others.targets[k]]);
    if (others.group) rows_.groups.push_back(identifier(cells, *others.group, line));
    if (others.sample_id) add_sample_id(identifier(cells, *others.sample_id, line), line);
    add_text(cells[columns_.text]);
    rows_.lines.push_back(line);
  }

  TextRows finish() { return std::move(rows_); }

 private:
  void add_text(const std::string& cell) {
    const bool missing = missing_(cell);
    rows_.without_text += missing;
    rows_.texts.push_back(missing ? "" : cell);
  }

  const std::string& identifier(const std::vector<std::string>& cells, std::size_t column, std::int64_t line) const {
    if (missing_(cells[column])) {
      throw Error("{}: line {} has no value in column {}, which identifies the patient or the sample.", options_.source, line,
                  columns_.others.names[column]);
    }
    return cells[column];
  }

  void add_sample_id(const std::string& id, std::int64_t line) {
    const auto [first, is_new] = line_of_sample_.emplace(id, line);
    if (!is_new) {
      throw Error("{}: lines {} and {} have the same sample, {}; if the column identifies the patient, name it with --group.",
                  options_.source, first->second, line, id);
    }
    rows_.sample_ids.push_back(id);
  }

  const ImportOptions& options_;
  const TextColumns& columns_;
  MissingValue missing_;
  std::unordered_map<std::string, std::int64_t> line_of_sample_;
  TextRows rows_;
};

void add_notes(const TextRows& rows, const TextColumns& columns, std::vector<std::string>& notes) {
  const auto rows_are = [](std::int64_t count) { return fmt::format("{} row{}", count, count == 1 ? "" : "s"); };
  notes.push_back(fmt::format("Column {} holds the texts.", columns.others.names[columns.text]));
  if (!columns.left_out.empty()) notes.push_back(fmt::format("Columns left out: {}.", fmt::join(columns.left_out, ", ")));
  if (rows.without_target > 0) notes.push_back(fmt::format("{} without a target left out.", rows_are(rows.without_target)));
  if (rows.without_text > 0) notes.push_back(fmt::format("{} without a text: each is one unknown word.", rows_are(rows.without_text)));
  notes.push_back("Token ids and vocabulary reveal what the texts say: the file is as sensitive as they are.");
}

}  // namespace

bool is_text_table(const std::string& path) {
  if (!is_csv(path)) return false;
  try {
    return !long_text_columns(path, find_delimiter(path, "auto")).empty();
  } catch (const Error&) {
    return false;  // the reader of tables reports what is wrong
  }
}

Source open_text_table(const ImportOptions& options) {
  const TableOptions& table = options.table;
  std::optional<EarlierTexts> earlier;
  if (!table.like.empty()) {
    if (!options.text.vocabulary_file.empty()) throw UsageError("--like and --vocabulary both name a vocabulary; leave one of them out.");
    earlier = read_earlier_texts(table.like, options.external);
  }
  const char delimiter = find_delimiter(options.source, table.delimiter);
  Source source;
  source.warnings = notes_on_form(options.source, table.delimiter, delimiter);
  TableHeader header = read_header(options.source, delimiter, table, source.warnings);
  const TextColumns columns = assign_text_columns(options, std::move(header.names), delimiter, source.warnings);
  const Table texts{options.source, delimiter, header.first_line_is_data, header.first_is_unnamed, columns.others, table};
  TableRows table_rows(texts);
  TextCollector collector(options, columns);
  for (std::vector<std::string> cells; table_rows.next(cells);) collector.add(cells, table_rows.line());
  TextRows rows = collector.finish();
  rows.without_target = table_rows.left_out();
  if (table_rows.has_other_text()) source.warnings.emplace_back("Text that is no UTF-8 was taken for Windows-1252 (Latin-1).");
  if (rows.texts.empty()) throw Error("{}: holds no row with a target.", options.source);
  add_notes(rows, columns, source.warnings);

  if (!rows.targets.empty()) {
    if (earlier) source.classes_like = earlier->targets.names;
    set_targets(source, targets_from_columns(rows.targets, rows.lines, options, earlier ? earlier->targets : EarlierTargets()));
  }
  source.description.input = "text";
  source.description.size = static_cast<std::int64_t>(rows.texts.size());
  source.group_ids = join_patients(std::move(rows.groups), source.warnings);
  source.sample_ids = std::move(rows.sample_ids);
  encode_on_fit(source, std::move(rows.texts), options.text, earlier ? std::optional(earlier->vocabulary) : std::nullopt);
  return source;
}

}  // namespace galen::data
