#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

namespace galen {

/// Two lower-case hex digits for each byte.
inline std::string hex(std::span<const unsigned char> bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

}  // namespace galen
