#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace galen::data {

/// How a table writes numbers.
enum class NumberStyle {
  kPoint,           ///< 1234.5
  kThousandsComma,  ///< 1234.5 or 1,234.5
  kDecimalComma,    ///< 1234,5 or 1.234,5; a point without a comma behind it is refused, as it could be either
};

/// auto: nothing. point: kThousandsComma. comma: kDecimalComma. Another name throws galen::UsageError.
std::optional<NumberStyle> parse_number_style(const std::string& name);

/// A whole cell as a finite number: 12, -0.5, +3, 1e-4. Nothing where it is something else.
std::optional<double> parse_number(std::string_view cell, NumberStyle style = NumberStyle::kPoint);

/// Whether a cell is a number in one of the styles.
bool is_number(std::string_view cell);

}  // namespace galen::data
