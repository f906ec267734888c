#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// The files that `names` stands for: one path, several with commas between them, or patterns such as "part-*.h5" (sorted by name). Throws
/// galen::UsageError where there are none, and galen::Error for a pattern that no file matches.
std::vector<std::string> file_list(const std::string& names);

}  // namespace galen::data
