#include "data/formats/texts/text_columns.h"

#include "galen/error.h"

#include "data/formats/tables/csv_reader.h"
#include "galen/lower_case.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace galen::data {
namespace {

constexpr std::int64_t kRowsLookedAt = 51;  // a header and fifty samples
constexpr std::int64_t kWordsOfText = 10;
constexpr std::array kTargetWords = {"label", "target", "class", "diagnosis", "outcome"};

std::int64_t count_words(const std::string& cell) {
  std::istringstream words(cell);
  std::int64_t count = 0;
  for (std::string word; count < kWordsOfText && words >> word;) ++count;
  return count;
}

std::string last_word(const std::string& name) {
  const std::size_t separator = name.find_last_of("_ -.");
  return lower_case(separator == std::string::npos ? name : name.substr(separator + 1));
}

bool is_target_name(const std::string& name) {
  return std::find(kTargetWords.begin(), kTargetWords.end(), last_word(name)) != kTargetWords.end();
}

std::size_t find_text(const ImportOptions& options, const std::vector<std::string>& names, char delimiter) {
  if (!options.text.column.empty()) {
    const auto found = std::find(names.begin(), names.end(), options.text.column);
    if (found == names.end()) {
      throw UsageError("{}: has no column {}, which --text names; its columns are {}.", options.source, options.text.column,
                       fmt::join(names, ", "));
    }
    return static_cast<std::size_t>(found - names.begin());
  }
  std::vector<std::string> candidates;
  std::size_t text = 0;
  for (const std::size_t column : long_text_columns(options.source, delimiter)) {
    if (column >= names.size()) continue;
    const auto& left_out = options.table.leave_out;
    if (std::find(left_out.begin(), left_out.end(), names[column]) != left_out.end()) continue;
    candidates.push_back(names[column]);
    text = column;
  }
  if (candidates.size() == 1) return text;
  throw UsageError("{}: {} the texts; name their column with --text. The columns are {}.", options.source,
                   candidates.empty() ? "no column's cells look like" : fmt::format("{} could each be", fmt::join(candidates, ", ")),
                   fmt::join(names, ", "));
}

/// The only column whose name ends with a word such as label, where none is called just that.
void choose_target(TableOptions& table, const std::vector<std::string>& names, const std::string& text, std::vector<std::string>& notes) {
  if (!table.target.empty()) return;
  std::vector<std::string> candidates;
  for (const std::string& name : names) {
    const bool left_out = std::find(table.leave_out.begin(), table.leave_out.end(), name) != table.leave_out.end();
    if (name != text && !left_out && is_target_name(name)) candidates.push_back(name);
  }
  if (candidates.size() != 1 || lower_case(candidates[0]) == last_word(candidates[0])) return;  // assign_columns() knows what to do
  table.target = candidates;
  notes.push_back(fmt::format("Column {} is learnt, by its name; name another with --target, or pass --target none.", candidates[0]));
}

}  // namespace

std::vector<std::size_t> long_text_columns(const std::string& file, char delimiter) {
  CsvReader reader(file, delimiter);
  std::vector<std::vector<std::int64_t>> words;  // of each column's cells
  std::vector<std::string> cells;
  for (std::int64_t row = 0; row < kRowsLookedAt && reader.next(cells); ++row) {
    words.resize(std::max(words.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) words[i].push_back(count_words(cells[i]));
  }
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::sort(words[i].begin(), words[i].end());
    if (words[i][words[i].size() / 2] >= kWordsOfText) columns.push_back(i);
  }
  return columns;
}

TextColumns assign_text_columns(const ImportOptions& options, std::vector<std::string> names, char delimiter,
                                std::vector<std::string>& notes) {
  TextColumns columns;
  columns.text = find_text(options, names, delimiter);
  const std::string text = names[columns.text];
  TableOptions table = options.table;
  choose_target(table, names, text, notes);
  columns.others = assign_columns(options.source, std::move(names), table, notes);

  std::vector<std::size_t>& rest = columns.others.features;
  const auto found = std::find(rest.begin(), rest.end(), columns.text);
  if (found == rest.end()) throw UsageError("{}: column {} cannot be the text and something else too.", options.source, text);
  rest.erase(found);
  for (const std::size_t column : rest) columns.left_out.push_back(columns.others.names[column]);
  return columns;
}

}  // namespace galen::data
