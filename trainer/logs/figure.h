#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace galen::trainer {

/// The text of a metric's or loss's value; "undefined" for NaN.
inline std::string figure(double value) { return std::isnan(value) ? "undefined" : fmt::format("{:.4f}", value); }

}  // namespace galen::trainer
