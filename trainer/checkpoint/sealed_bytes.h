#pragma once

#include <string>
#include <string_view>

namespace galen::trainer {

/// A text's bytes as libsodium takes them.
inline unsigned char* bytes_in(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
inline const unsigned char* bytes_in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace galen::trainer
