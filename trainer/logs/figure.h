#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace galen::trainer {

/// A metric's or loss's value in a line of text: NaN, of either sign, is "undefined".
inline std::string figure(double value) { return std::isnan(value) ? "undefined" : fmt::format("{:.4f}", value); }

}  // namespace galen::trainer
