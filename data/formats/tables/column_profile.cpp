#include "data/formats/tables/column_profile.h"

#include "data/formats/stored_type.h"
#include "data/formats/tables/date_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace galen::data {
namespace {

bool is_zero_led(const std::string& cell) {
  return cell.size() > 1 && cell[0] == '0' && cell.find_first_not_of("0123456789") == std::string::npos;
}

/// Whether a whole number has another value in single precision.
bool is_rounded(double number) { return number == std::floor(number) && f32_changes(number); }

/// Whether a whole number that is written out, `cell`, has other digits as a double.
bool is_rounded_by_f64(std::string_view cell, double number) {
  constexpr double kWholeNumbers = 9007199254740992;  // below, doubles hold each
  if (std::abs(number) < kWholeNumbers) return false;
  cell.remove_prefix(std::min(cell.find_first_not_of("+-0"), cell.size()));
  return cell.find_first_not_of("0123456789") == std::string_view::npos && fmt::format("{:.0f}", std::abs(number)) != cell;
}

}  // namespace

bool CategoryOrder::operator()(const std::string& a, const std::string& b) const {
  const auto number_a = parse_number(a);
  const auto number_b = parse_number(b);
  if (number_a && number_b) return *number_a < *number_b;
  if (number_a || number_b) return number_a.has_value();
  return a < b;
}

std::string category_name(const std::string& cell) {
  const auto number = parse_number(cell);
  return number ? fmt::format("{}", *number) : cell;
}

void ColumnProfile::add(const std::string& cell, std::int64_t line, std::int64_t row, const MissingValue& missing_value,
                        std::optional<NumberStyle> style) {
  if (missing_value(cell)) {
    ++missing;
    rows.add(std::nullopt, row);
    return;
  }
  if (!too_many) {
    ++distinct[category_name(cell)];
    too_many = distinct.size() > kMostDistinct;
    if (too_many) distinct.clear();
  }
  const auto number = parse_number(cell, style.value_or(NumberStyle::kPoint));
  rows.add(number, row);
  if (number) {
    ++numbers;
    pointed += cell.find('.') != std::string::npos;
    zero_led += is_zero_led(cell);
    compact_dates += is_compact_date(cell);
    if (first_huge.line == 0 && !std::isfinite(static_cast<float>(*number))) first_huge = {cell, line};
    if (first_rounded.line == 0 && is_rounded(*number)) first_rounded = {cell, line};
    if (first_rounded_by_f64.line == 0 && is_rounded_by_f64(cell, *number)) first_rounded_by_f64 = {cell, line};
    if (first_changed.line == 0 && f32_changes(*number)) first_changed = {cell, line};
    return;
  }
  if (missing_value.perhaps(cell)) {
    ++doubtful;
    return;
  }
  ++texts;
  if (first_text.line == 0) first_text = {cell, line};
  dates += is_date(cell);
  if (style || cell.find(',') == std::string::npos) return;
  const auto decimal = parse_number(cell, NumberStyle::kDecimalComma);
  const auto thousands = parse_number(cell, NumberStyle::kThousandsComma);
  if (first_changed_comma[0].line == 0 && decimal && f32_changes(*decimal)) first_changed_comma[0] = {cell, line};
  if (first_changed_comma[1].line == 0 && thousands && f32_changes(*thousands)) first_changed_comma[1] = {cell, line};
  if (decimal && thousands) {
    ++either_comma;
  } else {
    commas[0] += decimal.has_value();
    commas[1] += thousands.has_value();
  }
}

}  // namespace galen::data
