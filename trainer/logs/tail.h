#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace galen::trainer {

/// The complete lines in the last `bytes` of a file that others append to, in order; none if it cannot be read. An incomplete last line is
/// skipped.
std::vector<std::string> last_lines(const std::string& file, std::size_t bytes = std::size_t{1} << 16);

}  // namespace galen::trainer
