#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace galen {

/// Code points of a UTF-8 text; tables and paragraphs count one column each.
inline std::int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

}  // namespace galen
