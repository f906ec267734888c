#include "data/formats/tables/table_form.h"

#include "data/formats/number_style.h"
#include "data/formats/tables/foreign_table.h"
#include "data/formats/tables/table_cell.h"
#include "data/formats/tables/text_file.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace galen::data {
namespace {

constexpr std::size_t kPeek = 65536;
constexpr std::size_t kLinesLookedAt = 50;
constexpr std::array kCellDelimiters = {',', ';', '\t', '|'};

bool is_blank_line(char c) { return c == ' ' || c == '\t'; }

/// Lines of a text's beginning; the last one only where it is complete.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' || text[i] == '\r') {
      lines.emplace_back();
    } else {
      lines.back() += text[i];
    }
  }
  if (lines.size() > 1 && (text.size() >= kPeek || lines.back().empty())) lines.pop_back();
  return lines;
}

/// How often each of kCellDelimiters stands in a line, outside quotes.
std::array<std::int64_t, kCellDelimiters.size()> count_delimiters(const std::string& line) {
  std::array<std::int64_t, kCellDelimiters.size()> counts = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    const auto* found = std::find(kCellDelimiters.begin(), kCellDelimiters.end(), c);
    if (!quoted && found != kCellDelimiters.end()) ++counts[found - kCellDelimiters.begin()];
  }
  return counts;
}

char most_frequent_delimiter(const std::string& line) {
  const auto counts = count_delimiters(line);
  return kCellDelimiters[std::max_element(counts.begin(), counts.end()) - counts.begin()];
}

bool has_delimiter(const std::string& line) {
  const auto counts = count_delimiters(line);
  return std::any_of(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
}

std::optional<char> separator_in(const std::string& line) {
  std::string text = line;
  std::erase(text, '"');
  if (lower_case(text.substr(0, 4)) != "sep=" || text.size() != 5) return std::nullopt;
  return text[4];
}

/// The first lines behind the preamble, without empty ones.
std::vector<std::string> lines_of_table(const std::vector<std::string>& lines, const TablePreamble& preamble) {
  std::vector<std::string> rest;
  for (std::size_t i = static_cast<std::size_t>(preamble.lines); i < lines.size() && rest.size() < kLinesLookedAt; ++i) {
    if (!galen::data::is_blank(lines[i])) rest.push_back(lines[i]);
  }
  if (preamble.marked_header && !rest.empty()) rest.front().erase(0, rest.front().find('#') + 1);
  return rest;
}

/// How many cells blanks part all lines into, of which the first, a header, may have one less; 0: not alike, or no table of numbers: most
/// cells are, or, where no other delimiter stands in several lines, a whole column is.
std::size_t blank_separated_cells(const std::vector<std::string>& lines) {
  if (lines.size() < 2) return 0;
  const std::size_t width = split_line(lines[1], kBlanks).size();
  const std::size_t header = split_line(lines[0], kBlanks).size();
  if (width < 2 || (header != width && header + 1 != width)) return 0;
  std::size_t cells = 0;
  std::size_t numbers = 0;
  std::vector<bool> numeric(width, lines.size() > 2 && std::none_of(lines.begin(), lines.end(), has_delimiter));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> row = split_line(lines[i], kBlanks);
    if (row.size() != width) return 0;
    cells += width;
    for (std::size_t column = 0; column < width; ++column) {
      const bool number = is_number(row[column]);
      numbers += number ? 1 : 0;
      numeric[column] = numeric[column] && number;
    }
  }
  const bool has_numeric_column = std::find(numeric.begin(), numeric.end(), true) != numeric.end();
  return 2 * numbers > cells || has_numeric_column ? width : 0;
}

/// Whether commas stand inside numbers alone: 1,5 2,5.
bool commas_are_decimal(const std::vector<std::string>& lines) {
  for (std::size_t i = 1; i < lines.size(); ++i) {
    for (const std::string& cell : split_line(lines[i], kBlanks)) {
      const std::size_t comma = cell.find(',');
      if (comma != std::string::npos && (comma == 0 || comma + 1 == cell.size() || !parse_number(cell, NumberStyle::kDecimalComma)))
        return false;
    }
  }
  return true;
}

TablePreamble preamble_of(const std::vector<std::string>& lines) {
  TablePreamble preamble;
  std::size_t next = 0;
  if (!lines.empty()) preamble.separator = separator_in(lines[0]);
  if (preamble.separator) ++next;
  std::size_t behind = next;
  std::size_t last = next;
  const auto begins_with_mark = [](const std::string& line) {
    const std::size_t first = line.find_first_not_of(" \t");
    return first != std::string::npos && line[first] == '#';
  };
  for (; behind < lines.size(); ++behind) {
    if (begins_with_mark(lines[behind])) {
      last = behind;
      ++preamble.comments;
    } else if (!galen::data::is_blank(lines[behind])) {
      break;
    }
  }
  preamble.lines = static_cast<std::int64_t>(next);
  if (preamble.comments == 0 || behind == lines.size()) {
    preamble.comments = 0;
    return preamble;
  }

  // The last of them is the header where it has a name for each cell of the next line, and that line is data.
  const std::string marked = lines[last].substr(lines[last].find('#') + 1);
  const char delimiter = preamble.separator.value_or(has_delimiter(lines[behind]) ? most_frequent_delimiter(lines[behind]) : kBlanks);
  const bool own_mark = !marked.empty() && marked[0] == delimiter;  // "#,age,…": a column is named #
  const std::vector<std::string> names = split_line(own_mark ? lines[last] : marked, delimiter);
  const std::vector<std::string> cells = split_line(lines[behind], delimiter);
  const bool are_names =
      std::none_of(names.begin(), names.end(), [](const std::string& name) { return galen::data::is_blank(name) || is_number(name); });
  const bool is_data = std::any_of(cells.begin(), cells.end(), is_number);
  if (are_names && is_data && names.size() == cells.size() && names.size() > 1) {
    --preamble.comments;
    preamble.lines = static_cast<std::int64_t>(last);
    preamble.marked_header = !own_mark;
  } else {
    preamble.lines = static_cast<std::int64_t>(behind);
  }
  return preamble;
}

}  // namespace

std::vector<std::string> split_line(const std::string& line, char delimiter) {
  std::vector<std::string> cells;
  std::string cell;
  bool quoted = false;
  const auto finish = [&] {
    const std::size_t first = cell.find_first_not_of(" \t");
    if (first != std::string::npos || delimiter != kBlanks)
      cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(" \t") + 1 - first));
    cell.clear();
  };
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (delimiter == kBlanks ? is_blank_line(c) : c == delimiter)) {
      finish();
    } else {
      cell += c;
    }
  }
  finish();
  return cells;
}

TablePreamble read_preamble(const std::string& file) { return preamble_of(lines_of(peek_text(file, kPeek))); }

char find_delimiter(const std::string& file, const std::string& option) {
  if (option == "tab") return '\t';
  if (option == "blanks") return kBlanks;
  if (option.size() == 1) return option.front();
  if (option != "auto") throw UsageError("the delimiter {} is neither one character nor tab, blanks or auto.", option);
  const std::vector<std::string> all = lines_of(peek_text(file, kPeek));
  const TablePreamble preamble = preamble_of(all);
  if (preamble.separator) return *preamble.separator;
  const std::vector<std::string> lines = lines_of_table(all, preamble);
  if (lines.empty()) return kCellDelimiters[0];
  const std::size_t blank_cells = blank_separated_cells(lines);
  const char delimiter = most_frequent_delimiter(lines[0]);
  if (blank_cells == 0) return delimiter;
  const std::string& row = lines[1];
  if (!has_delimiter(lines[0]) && !has_delimiter(row)) return kBlanks;
  const bool parted_by_tabs = most_frequent_delimiter(row) == '\t';
  if (parted_by_tabs && blank_cells > split_line(row, '\t').size()) return kBlanks;
  return !parted_by_tabs && commas_are_decimal(lines) && most_frequent_delimiter(row) == ',' ? kBlanks : delimiter;
}

std::vector<std::string> notes_on_form(const std::string& file, const std::string& option, char delimiter) {
  std::vector<std::string> notes;
  const TextEncoding encoding = TextFile(file).encoding();
  if (encoding == TextEncoding::kUtf16Le || encoding == TextEncoding::kUtf16Be) notes.emplace_back("The text is UTF-16.");
  const TablePreamble preamble = read_preamble(file);
  if (preamble.separator)
    notes.push_back(
        fmt::format("Line 1 names the delimiter: {}.", *preamble.separator == '\t' ? "tab" : std::string(1, *preamble.separator)));
  if (preamble.comments > 0) {
    notes.push_back(fmt::format("Passed over before the table: {} line{} that begin{} with #.", preamble.comments,
                                preamble.comments == 1 ? "" : "s", preamble.comments == 1 ? "s" : ""));
  }
  if (preamble.marked_header) notes.push_back(fmt::format("Line {} names the columns, behind a #.", preamble.lines + 1));
  if (delimiter == kBlanks && option == "auto")
    notes.emplace_back("Blanks and tabs, any number of them, separate the cells; --delimiter if they do not.");
  if (delimiter == '|' && option == "auto") notes.emplace_back("| separates the cells; --delimiter if it does not.");
  return notes;
}

bool is_csv(const std::string& path) {
  if (std::filesystem::is_directory(path) || !foreign_table(path).empty()) return false;
  const std::string start = peek_text(path, kPeek);
  if (start.find('\0') != std::string::npos) return false;
  const std::vector<std::string> all = lines_of(start);
  const TablePreamble preamble = preamble_of(all);
  const std::vector<std::string> lines = lines_of_table(all, preamble);
  return !lines.empty() && (preamble.separator || has_delimiter(lines[0]) || blank_separated_cells(lines) > 0);
}

}  // namespace galen::data
