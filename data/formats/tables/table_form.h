#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// As a delimiter: any number of blanks and tabs. No table holds a zero byte.
inline constexpr char kBlanks = '\0';

/// What stands before a table's header, or its first row.
struct TablePreamble {
  std::int64_t lines = 0;         ///< to pass over
  std::int64_t comments = 0;      ///< of these, how many begin with #
  std::optional<char> separator;  ///< that a first line such as sep=; names
  bool marked_header = false;     ///< the header begins with a # that is none of its own: # a,b,c
};

/// Lines that begin with # stand before the header, unless the last of them names the columns of what follows.
TablePreamble read_preamble(const std::string& file);

/// `option` as TableOptions::delimiter has it.
char find_delimiter(const std::string& file, const std::string& option);

/// What was found out and not said by `option`, a sentence each.
std::vector<std::string> notes_on_form(const std::string& file, const std::string& option, char delimiter);

/// Whether a file is text whose first line has a comma, a semicolon, a tab or |, or whose first lines blanks part alike, mostly into
/// numbers.
bool is_csv(const std::string& path);

/// Splits a line as the reader of records does, outside quotes.
std::vector<std::string> split_line(const std::string& line, char delimiter);

}  // namespace galen::data
