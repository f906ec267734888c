#pragma once

#include <cstdint>
#include <string>

namespace galen {

/// A number of bytes as shown in messages: "512 bytes", "64.0 MiB", "1.5 GiB".
std::string size_text(std::int64_t bytes);

}  // namespace galen
