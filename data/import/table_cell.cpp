#include "data/import/table_cell.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace galen::data {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::optional<double> parse_number(std::string_view cell) {
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

MissingValue::MissingValue(const std::vector<std::string>& spellings) {
  for (const std::string& spelling : spellings) spellings_.insert(lower_case(spelling));
}

}  // namespace galen::data
