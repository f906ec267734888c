#pragma once

#include "data/formats/tables/text_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Records of a CSV file (RFC 4180; gzip or not): quoted cells may hold delimiters, line ends and doubled quotes. Besides: UTF-16 is
/// converted, what read_preamble() finds before the table is passed over, blanks around unquoted cells are cut, lines end in LF, CR LF or
/// CR, empty lines do not count. Cells are UTF-8; bytes that are none are taken for Windows-1252 (Latin-1).
class CsvReader {
 public:
  /// `delimiter`: as find_delimiter() gives it.
  CsvReader(const std::string& file, char delimiter);

  /// The next record's cells; false at the end. An open quote or text behind a closed one throws galen::Error that names the line.
  bool next(std::vector<std::string>& cells);

  std::int64_t line() const { return record_line_; }  ///< on which the last record began, from 1
  const std::string& file() const { return input_.path(); }
  bool has_other_text() const { return has_other_text_; }  ///< whether any cell so far was not UTF-8

 private:
  enum class Stop { kCell, kRecord, kFile };

  int get();
  Stop read_cell(std::string& cell);
  Stop read_quoted(std::string& cell);
  Stop stop_at(int character);
  bool ends_cell(int character) const;
  int get_behind_blanks();

  TextFile input_;
  int delimiter_;
  bool by_blanks_;
  int pushed_back_ = kNothing;
  std::int64_t line_ = 1;
  std::int64_t record_line_ = 0;
  bool has_other_text_ = false;

  static constexpr int kEnd = -1;
  static constexpr int kNothing = -2;
};

}  // namespace galen::data
