#pragma once

#include <string>
#include <string_view>

namespace galen::data {

/// Text of Windows-1252, which holds Latin-1, as UTF-8. Its five bytes without a meaning become U+FFFD.
std::string utf8_from_windows_1252(std::string_view text);

}  // namespace galen::data
