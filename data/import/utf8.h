#pragma once

#include <string>
#include <string_view>

namespace galen::data {

/// Whether text is UTF-8: no stray, missing, overlong or surrogate bytes.
bool is_utf8(std::string_view text);

/// Text of Windows-1252, which holds Latin-1, as UTF-8. Its five bytes without a meaning become U+FFFD.
std::string utf8_from_windows_1252(std::string_view text);

}  // namespace galen::data
