#include "data/import/pseudonym_key.h"

#include "galen/hex.h"
#include "galen/key_file.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace galen::data {
namespace {

constexpr std::size_t kFewestBytes = 32;

template <std::size_t kBytes>
std::array<unsigned char, kBytes> blake2b(const std::string& key, const std::string& text) {
  std::array<unsigned char, kBytes> digest;
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return digest;
}

}  // namespace

std::string read_pseudonym_key(const std::string& file) {
  const std::string bytes = read_key_file(file, {"a pseudonym key", "find patients by their pseudonyms", kMakeKeyFile, kFewestBytes});
  const auto key = blake2b<crypto_generichash_KEYBYTES>({}, bytes);
  return {key.begin(), key.end()};
}

std::string keyed_hash(const std::string& key, const std::string& text) { return hex(blake2b<crypto_generichash_BYTES_MIN>(key, text)); }

}  // namespace galen::data
