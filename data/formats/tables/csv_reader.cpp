#include "data/formats/tables/csv_reader.h"

#include "data/formats/tables/table_form.h"
#include "data/text/windows_1252.h"
#include "data/text/words.h"
#include "galen/error.h"

#include <utility>

namespace galen::data {
namespace {

bool is_gap(int character) { return character == ' ' || character == '\t'; }

}  // namespace

CsvReader::CsvReader(const std::string& file, char delimiter)
    : input_(file), delimiter_(static_cast<unsigned char>(delimiter)), by_blanks_(delimiter == kBlanks) {
  const TablePreamble preamble = read_preamble(file);
  while (line_ <= preamble.lines && get() != kEnd) continue;
  for (int c = preamble.marked_header ? get() : '#'; c != '#' && c != kEnd;) c = get();
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
  int c = get_behind_blanks();
  if (c == '"') return read_quoted(cell);
  for (; !ends_cell(c); c = get()) cell += static_cast<char>(c);
  while (!cell.empty() && is_gap(cell.back())) cell.pop_back();
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
        if (is_gap(c) && !ends_cell(c)) c = get_behind_blanks();
        if (ends_cell(c)) return stop_at(c);
        throw Error("{}: line {}: text follows a closing quote; a quote inside a quoted cell is written twice.", file(), line_);
      }
    }
    cell += static_cast<char>(c);
  }
}

bool CsvReader::ends_cell(int character) const {
  return character == '\n' || character == kEnd || (by_blanks_ ? is_gap(character) : character == delimiter_);
}

int CsvReader::get_behind_blanks() {
  int c = get();
  while (is_gap(c) && (by_blanks_ || c != delimiter_)) c = get();
  return c;
}

CsvReader::Stop CsvReader::stop_at(int character) {
  if (by_blanks_ && is_gap(character)) {  // blanks at a line's end part nothing
    character = get_behind_blanks();
    if (character != '\n' && character != kEnd) {
      pushed_back_ = character;
      return Stop::kCell;
    }
  }
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
  if (c == '\0') throw Error("{}: line {}: holds a zero byte, as no text does; save the table as UTF-8.", file(), line_);
  return c;
}

}  // namespace galen::data
