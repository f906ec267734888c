#include "data/import/csv_reader.h"

#include "data/text/windows_1252.h"
#include "data/text/words.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace galen::data {
namespace {

constexpr std::size_t kPeek = 65536;
constexpr std::array kDelimiters = {',', ';', '\t'};

bool is_blank(int character) { return character == ' ' || character == '\t'; }

/// How often each of kDelimiters stands in the first line, outside quotes.
std::array<std::int64_t, kDelimiters.size()> count_delimiters(const std::string& text) {
  std::array<std::int64_t, kDelimiters.size()> counts = {};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    const auto* found = std::find(kDelimiters.begin(), kDelimiters.end(), c);
    if (!quoted && found != kDelimiters.end()) ++counts[found - kDelimiters.begin()];
  }
  return counts;
}

}  // namespace

CsvReader::CsvReader(const std::string& file, char delimiter) : input_(file), delimiter_(static_cast<unsigned char>(delimiter)) {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (peek(file, kByteOrderMark.size()) == kByteOrderMark) {
    for (std::size_t i = 0; i < kByteOrderMark.size(); ++i) input_.get();
  }
}

bool CsvReader::next(std::vector<std::string>& cells) {
  while (true) {
    cells.clear();
    record_line_ = line_;
    Stop stop;
    do {
      stop = read_cell(cells.emplace_back());
    } while (stop == Stop::kCell);
    const bool empty = cells.size() == 1 && cells.front().empty();
    if (empty && stop == Stop::kFile) return false;
    if (empty) continue;
    for (std::string& cell : cells) {
      if (is_utf8(cell)) continue;
      cell = utf8_from_windows_1252(cell);
      has_other_text_ = true;
    }
    return true;
  }
}

CsvReader::Stop CsvReader::read_cell(std::string& cell) {
  int c = get();
  while (is_blank(c) && c != delimiter_) c = get();
  if (c == '"') return read_quoted(cell);
  for (; c != delimiter_ && c != '\n' && c != kEnd; c = get()) cell += static_cast<char>(c);
  while (!cell.empty() && is_blank(cell.back())) cell.pop_back();
  return stop_at(c);
}

CsvReader::Stop CsvReader::read_quoted(std::string& cell) {
  const std::int64_t opened = line_;
  while (true) {
    int c = get();
    if (c == kEnd) throw Error("{}: line {}: a quote is opened and never closed.", file(), opened);
    if (c == '"') {
      c = get();
      if (c != '"') {
        while (is_blank(c) && c != delimiter_) c = get();
        if (c == delimiter_ || c == '\n' || c == kEnd) return stop_at(c);
        throw Error("{}: line {}: text follows a closing quote; a quote inside a quoted cell is written twice.", file(), line_);
      }
    }
    cell += static_cast<char>(c);
  }
}

CsvReader::Stop CsvReader::stop_at(int character) const {
  return character == kEnd ? Stop::kFile : character == '\n' ? Stop::kRecord : Stop::kCell;
}

int CsvReader::get() {
  int c = std::exchange(pushed_back_, kNothing);
  if (c == kNothing) c = input_.get();
  if (c == '\r') {
    const int following = input_.get();
    if (following != '\n') pushed_back_ = following;
    c = '\n';
  }
  line_ += c == '\n';
  if (c == '\0') throw Error("{}: line {}: holds a zero byte, as no text of UTF-8 does; save the table as UTF-8.", file(), line_);
  return c;
}

char find_delimiter(const std::string& file, const std::string& option) {
  if (option == "tab") return '\t';
  if (option.size() == 1) return option.front();
  if (option != "auto") throw UsageError("the delimiter {} is neither one character nor tab nor auto.", option);
  const auto counts = count_delimiters(peek(file, kPeek));
  return kDelimiters[std::max_element(counts.begin(), counts.end()) - counts.begin()];
}

bool is_csv(const std::string& path) {
  if (std::filesystem::is_directory(path)) return false;
  const std::string start = peek(path, kPeek);
  if (start.find('\0') != std::string::npos) return false;
  const auto counts = count_delimiters(start);
  return std::any_of(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
}

}  // namespace galen::data
