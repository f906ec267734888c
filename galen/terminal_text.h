#pragma once

#include <cstddef>
#include <string>

namespace galen {

inline constexpr std::size_t kTextWidth = 100;  ///< width of messages and help texts, in columns

/// Breaks `text` between words so that no line is wider than `width` columns (one per character). Lines after the first
/// begin with `indent` blanks; line breaks and blanks in `text` are kept.
std::string wrap(const std::string& text, std::size_t indent, std::size_t width = kTextWidth);

}  // namespace galen
