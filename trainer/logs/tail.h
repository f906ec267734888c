#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace galen::trainer {

/// The whole lines among the last `bytes` of a file that others append to, in their order; none where it cannot be read. One that is still
/// being written, or was cut off, is none.
std::vector<std::string> last_lines(const std::string& file, std::size_t bytes = std::size_t{1} << 16);

}  // namespace galen::trainer
