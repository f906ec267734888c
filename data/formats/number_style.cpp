#include "data/formats/number_style.h"

#include "galen/error.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace galen::data {
namespace {

bool is_digit(unsigned char c) { return std::isdigit(c) != 0; }

/// Whether a number's whole part is in groups of three digits, after a first one of one to three: 1,234,567.
bool is_grouped(std::string_view whole, char separator) {
  if (!whole.empty() && (whole[0] == '-' || whole[0] == '+')) whole.remove_prefix(1);
  std::size_t length = 0;
  bool first = true;
  for (const char c : whole) {
    if (c == separator) {
      if (first ? length < 1 || length > 3 : length != 3) return false;
      first = false;
      length = 0;
    } else if (!is_digit(c)) {
      return false;
    } else {
      ++length;
    }
  }
  return first || length == 3;
}

std::string without(std::string_view text, char separator) {
  std::string rest(text);
  rest.erase(std::remove(rest.begin(), rest.end(), separator), rest.end());
  return rest;
}

std::optional<double> parse_pointed(std::string_view cell) {
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// The same number with a decimal point and without groups; `sign` separates whole part and fraction, `group` the groups.
std::optional<double> parse_grouped(std::string_view cell, char sign, char group) {
  const std::size_t split = std::min(cell.find(sign), cell.size());
  const std::string_view whole = cell.substr(0, split);
  if (whole.find(group) != std::string_view::npos && !is_grouped(whole, group)) return std::nullopt;
  const std::string fraction(split < cell.size() ? cell.substr(split + 1) : "");
  return parse_pointed(without(whole, group) + (split < cell.size() ? "." : "") + fraction);
}

}  // namespace

std::optional<NumberStyle> parse_number_style(const std::string& name) {
  if (name == "auto") return std::nullopt;
  if (name == "point") return NumberStyle::kThousandsComma;
  if (name == "comma") return NumberStyle::kDecimalComma;
  throw UsageError("the decimal sign {} is unknown; it is one of auto, point, comma.", name);
}

std::optional<double> parse_number(std::string_view cell, NumberStyle style) {
  const bool has_comma = cell.find(',') != std::string_view::npos;
  switch (style) {
    case NumberStyle::kPoint:
      return parse_pointed(cell);
    case NumberStyle::kThousandsComma:
      return has_comma ? parse_grouped(cell, '.', ',') : parse_pointed(cell);
    case NumberStyle::kDecimalComma:
      if (!has_comma && cell.find('.') != std::string_view::npos) return std::nullopt;
      return parse_grouped(cell, ',', '.');
  }
  return std::nullopt;
}

bool is_number(std::string_view cell) {
  return parse_number(cell) || parse_number(cell, NumberStyle::kDecimalComma) || parse_number(cell, NumberStyle::kThousandsComma);
}

}  // namespace galen::data
