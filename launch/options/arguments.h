#pragma once

#include <string>
#include <vector>

namespace galen::launch {

using Arguments = std::vector<std::string>;  ///< of a command, its own name left out

}  // namespace galen::launch
