#pragma once

#include <cstdint>
#include <string_view>

namespace galen::trainer {

/// The Castagnoli cyclic redundancy check of `bytes`, as in TFRecord files and iSCSI (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes);

}  // namespace galen::trainer
