#include "data/import/pseudonym_key.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "galen/regular_file.h"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

constexpr std::size_t kFewestBytes = 32;
constexpr std::size_t kLongestKeyFile = 1 << 20;

template <std::size_t kBytes>
std::array<unsigned char, kBytes> blake2b(const std::string& key, const std::string& text) {
  std::array<unsigned char, kBytes> digest;
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return digest;
}

}  // namespace

std::string read_pseudonym_key(const std::string& file) {
  namespace fs = std::filesystem;
  static constexpr char kMake[] = "(umask 077; head -c 32 /dev/urandom > KEYFILE)";
  expect_regular_file(file);
  std::error_code problem;
  const fs::file_status status = fs::status(file, problem);
  if (!fs::is_regular_file(status))
    throw MissingFile("{}: there is no such pseudonym key file. Make one, and keep it safe: {}.", file, kMake);
  if ((status.permissions() & fs::perms::others_read) != fs::perms::none) {
    throw Error("{}: everybody on this machine can read this key, and with it find patients by their pseudonyms: chmod 600 {}.", file,
                file);
  }
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kLongestKeyFile, '\0');
  if (!stream) throw Error("{}: cannot be opened: {}.", file, std::strerror(errno));
  stream.read(bytes.data(), kLongestKeyFile);
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (bytes.size() < kFewestBytes) {
    throw Error("{}: holds {} bytes; a pseudonym key has at least {}. Make one, and keep it safe: {}.", file, bytes.size(), kFewestBytes,
                kMake);
  }
  const auto key = blake2b<crypto_generichash_KEYBYTES>({}, bytes);
  return {key.begin(), key.end()};
}

std::string keyed_hash(const std::string& key, const std::string& text) {
  std::string hex;
  for (const unsigned char byte : blake2b<crypto_generichash_BYTES_MIN>(key, text)) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace galen::data
