#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace galen::data {

/// Text of Windows-1252, which holds Latin-1, as UTF-8. Its five bytes without a meaning become U+FFFD.
std::string utf8_from_windows_1252(std::string_view text);

/// Returns UTF-8 text unchanged; other text is read as Windows-1252.
std::string as_utf8(std::string_view text);
std::vector<std::string> as_utf8(std::vector<std::string> texts);

}  // namespace galen::data
