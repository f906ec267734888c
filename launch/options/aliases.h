#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// The keys that correspond to a name in other tools, the likeliest first; a command may have some of them, or none. `name` is in lower
/// case, without _ and -: "batchsize". Only for suggestions: no key has a second name.
std::vector<const char*> keys_called(const std::string& name);

}  // namespace galen::launch
