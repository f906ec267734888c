#pragma once

#include <string>

namespace galen::data {

/// 32 bytes drawn out of a file of at least as many secret ones. A file that is missing, shorter, or readable by everybody throws
/// galen::Error.
std::string read_pseudonym_key(const std::string& file);

/// BLAKE2b (RFC 7693) of `text`, 16 bytes as lower-case hex digits; keyed if `key` is not empty.
std::string keyed_hash(const std::string& key, const std::string& text);

}  // namespace galen::data
