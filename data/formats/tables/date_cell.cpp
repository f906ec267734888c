#include "data/formats/tables/date_cell.h"

#include "galen/lower_case.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace galen::data {
namespace {

/// English and German, as far as they differ.
constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",    "may",    "june",   "july",    "august",
                                        "september", "october",  "november", "december", "januar", "jänner", "februar", "feber",
                                        "märz",      "maerz",    "mrz",      "mai",      "juni",   "juli",   "oktober", "dezember"};

bool is_date_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80) != 0; }

/// Digits at `position`, from `least` to `most` of them, as a number; -1 where there are none such. Moves behind them.
int take_number(const std::string& text, std::size_t& position, std::size_t least, std::size_t most) {
  const std::size_t begin = position;
  int number = 0;
  while (position < text.size() && position - begin < most && is_date_digit(text[position]))
    number = 10 * number + (text[position++] - '0');
  return position - begin >= least ? number : -1;
}

bool is_day_and_month(int a, int b) { return a >= 1 && b >= 1 && std::min(a, b) <= 12 && std::max(a, b) <= 31; }

/// Nothing, or a time of the day such as T10:30, 10:30:15.5, with Z or +01:00.
bool is_time(const std::string& text, std::size_t position) {
  if (position == text.size()) return true;
  if (text[position] != ' ' && text[position] != 'T' && text[position] != ':') return false;
  ++position;
  const int hour = take_number(text, position, 1, 2);
  if (hour < 0 || hour > 24 || position >= text.size() || text[position] != ':') return false;
  return text.find_first_not_of("0123456789:.,Z+- aApPmM", position) == std::string::npos;
}

/// The name of a month, or at least its first three letters, at `position`. Moves behind it.
bool take_month(const std::string& text, std::size_t& position) {
  static constexpr std::size_t kFewestLetters = 3;
  const std::size_t begin = position;
  while (position < text.size() && is_letter(text[position])) ++position;
  const std::string word = lower_case(text.substr(begin, position - begin));
  return word.size() >= kFewestLetters &&
         std::any_of(std::begin(kMonths), std::end(kMonths), [&](std::string_view month) { return month.starts_with(word); });
}

/// What stands between the parts of 31-Jan-2024, 31. Jan 2024, 31Jan2024 and Jan 31, 2024.
void pass_separators(const std::string& text, std::size_t& position) {
  position = std::min(text.find_first_not_of(" -/.,", position), text.size());
}

/// A date whose month is a name.
bool is_date_with_name(const std::string& cell) {
  std::size_t position = 0;
  int day = take_number(cell, position, 1, 2);
  const bool year_first = position < cell.size() && day >= 0 && is_date_digit(cell[position]);  // 2024-Jan-31
  if (year_first && take_number(cell, position, 2, 2) < 0) return false;
  pass_separators(cell, position);
  if (!take_month(cell, position)) return false;
  pass_separators(cell, position);
  if (day < 0 || year_first) {
    day = take_number(cell, position, 1, 2);
    if (!year_first) pass_separators(cell, position);
  }
  const std::size_t year = position;
  const bool complete = year_first || (take_number(cell, position, 2, 4) >= 0 && position - year != 3);
  return complete && day >= 1 && day <= 31 && is_time(cell, position);
}

}  // namespace

bool is_date(const std::string& cell) {
  static constexpr std::array kSeparators = {'-', '/', '.'};
  if (std::any_of(cell.begin(), cell.end(), is_letter) && is_date_with_name(cell)) return true;
  const std::size_t first_end = cell.find_first_not_of("0123456789");
  if (first_end == std::string::npos || first_end == 0 || first_end > 4) return false;
  const char separator = cell[first_end];
  if (std::find(kSeparators.begin(), kSeparators.end(), separator) == kSeparators.end()) return false;

  std::size_t position = 0;
  const bool year_first = first_end == 4;
  const int first = take_number(cell, position, 1, 4);
  ++position;
  const int second = take_number(cell, position, 1, 2);
  if (second < 0 || position >= cell.size() || cell[position] != separator) return false;
  const int third = take_number(cell, ++position, year_first ? 1 : 2, year_first ? 2 : 4);
  if (third < 0 || first_end == 3) return false;
  return is_day_and_month(year_first ? third : first, second) && is_time(cell, position);
}

bool is_compact_date(const std::string& cell) {
  const std::size_t digits = std::min(cell.find_first_not_of("0123456789"), cell.size());
  const bool whole = cell.find_first_not_of('0', std::min(digits + 1, cell.size())) == std::string::npos;  // 20240131.0, as of pandas
  if ((digits != 8 && digits != 12 && digits != 14) || !whole || (digits < cell.size() && cell[digits] != '.')) return false;
  std::size_t position = 0;
  const int year = take_number(cell, position, 4, 4);
  const int month = take_number(cell, position, 2, 2);
  const int day = take_number(cell, position, 2, 2);
  const int hour = digits > 8 ? take_number(cell, position, 2, 2) : 0;
  const int minute = digits > 8 ? take_number(cell, position, 2, 2) : 0;
  return year >= 1900 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute < 60;
}

}  // namespace galen::data
