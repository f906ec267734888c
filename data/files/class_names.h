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

inline bool are_numbered(const std::vector<std::string>& names) { return names == numbered_names(static_cast<std::int64_t>(names.size())); }

/// Whether a class is called what people call the absence of a finding: one of its words is normal, healthy, control, negative or benign
/// (also as plurals) and none is not or non, or it begins with the word no, not or without ("no finding"), in any case. Such a class is
/// seldom meant to be the positive one.
bool names_absence(const std::string& name);

}  // namespace galen::data
