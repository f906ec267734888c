#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// More classes than this are an identifier or a value that was taken for a class.
inline constexpr std::int64_t kMostClasses = 65536;

/// "0", "1" …: for classes or labels that nobody named.
inline std::vector<std::string> numbered_names(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace galen::data
