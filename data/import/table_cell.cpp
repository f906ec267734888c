#include "data/import/table_cell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace galen::data {
namespace {

const std::set<std::string> kCertain = {"?",    "na",   "n/a", "n.a.",   "#na", "#n/a",    "#n/a n/a", "<na>", "nan",
                                        "-nan", "null", "nil", "#null!", "\\n", "1.#qnan", "-1.#ind",  ".",    "missing"};
const std::set<std::string> kDoubtful = {"-",
                                         "--",
                                         "---",
                                         "none",
                                         "unknown",
                                         "unk",
                                         "unk.",
                                         "not available",
                                         "not applicable",
                                         "not known",
                                         "not done",
                                         "not recorded",
                                         "not measured",
                                         "n.d.",
                                         "nd",
                                         "n.k.",
                                         "nk",
                                         "*",
                                         "#"};

/// Digits at `position`, from `least` to `most` of them, as a number; -1 where there are none such. Moves behind them.
int take_number(const std::string& text, std::size_t& position, std::size_t least, std::size_t most) {
  const std::size_t begin = position;
  int number = 0;
  while (position < text.size() && position - begin < most && std::isdigit(static_cast<unsigned char>(text[position])) != 0)
    number = 10 * number + (text[position++] - '0');
  return position - begin >= least ? number : -1;
}

bool is_day_and_month(int a, int b) { return a >= 1 && b >= 1 && std::min(a, b) <= 12 && std::max(a, b) <= 31; }

/// Nothing, or a time of the day such as T10:30, 10:30:15.5, with Z or +01:00.
bool is_time(const std::string& text, std::size_t position) {
  if (position == text.size()) return true;
  if (text[position] != ' ' && text[position] != 'T') return false;
  ++position;
  const int hour = take_number(text, position, 1, 2);
  if (hour < 0 || hour > 24 || position >= text.size() || text[position] != ':') return false;
  return text.find_first_not_of("0123456789:.,Z+- aApPmM", position) == std::string::npos;
}

}  // namespace

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_blank(const std::string& cell) {
  static constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  for (std::size_t i = 0; i < cell.size();) {
    const bool wide = cell.compare(i, kNoBreakSpace.size(), kNoBreakSpace) == 0;
    if (!wide && std::isspace(static_cast<unsigned char>(cell[i])) == 0) return false;
    i += wide ? kNoBreakSpace.size() : 1;
  }
  return true;
}

bool is_date(const std::string& cell) {
  static constexpr std::array kSeparators = {'-', '/', '.'};
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

MissingValue::MissingValue(const std::vector<std::string>& spellings) {
  if (spellings.empty()) {
    certain_ = kCertain;
    doubtful_ = kDoubtful;
  }
  for (const std::string& spelling : spellings) certain_.insert(lower_case(spelling));
}

}  // namespace galen::data
