#pragma once

#include <cstddef>
#include <string>

namespace galen {

inline constexpr std::size_t kTextWidth = 100;  ///< Columns that messages and help texts take.

/// `text` broken between words so that no line is wider than `width` columns (characters count one each). Lines after the first
/// begin with `indent` blanks; line breaks and blanks of `text` stay where no line is broken.
std::string wrap(const std::string& text, std::size_t indent, std::size_t width = kTextWidth);

}  // namespace galen
