#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// The keys that may be meant by what other tools call them, the likeliest first; a command has some of them, or none. `name` is in lower
/// case, without _ and -: "batchsize". For suggestions alone: no key has a second name.
std::vector<const char*> keys_called(const std::string& name);

}  // namespace galen::launch
