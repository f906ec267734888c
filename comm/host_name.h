#pragma once

#include <string>

namespace galen::comm {

/// Of this host, as messages and logs name it.
std::string host_name();

}  // namespace galen::comm
