#include "launch/audit/hashes.h"

#include "galen/error.h"
#include "galen/hex.h"
#include "galen/key_file.h"
#include "galen/regular_file.h"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace galen::launch {

namespace {

constexpr std::size_t kFewestBytes = 32;

using Hash = std::array<unsigned char, crypto_hash_sha256_BYTES>;

const unsigned char* unsigned_bytes(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::ifstream open(const std::string& file) {
  expect_regular_file(file);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error("{}: cannot be read: {}.", file, std::strerror(errno));
  return stream;
}

}  // namespace

std::string sha256(std::string_view bytes, std::string_view key) {
  Hash hash;
  if (key.empty()) {
    crypto_hash_sha256(hash.data(), unsigned_bytes(bytes), bytes.size());
  } else {
    crypto_auth_hmacsha256(hash.data(), unsigned_bytes(bytes), bytes.size(), unsigned_bytes(key));
  }
  return hex(hash);
}

struct Sha256::State {
  crypto_hash_sha256_state of_library;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->of_library); }
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) { crypto_hash_sha256_update(&state_->of_library, unsigned_bytes(bytes), bytes.size()); }

std::string Sha256::hex() {
  Hash hash;
  crypto_hash_sha256_final(&state_->of_library, hash.data());
  return galen::hex(hash);
}

std::string sha256_of_file(const std::string& file) {
  std::ifstream stream = open(file);
  Sha256 digest;
  std::array<char, 1 << 16> bytes;
  while (stream.read(bytes.data(), bytes.size()), stream.gcount() > 0) {
    digest.add({bytes.data(), static_cast<std::size_t>(stream.gcount())});
  }
  return digest.hex();
}

std::string random_hex() {
  if (sodium_init() < 0) throw Error("The operating system returns no random numbers (/dev/urandom).");
  Hash random;
  randombytes_buf(random.data(), random.size());
  return hex(random);
}

std::string read_audit_key(const std::string& file) {
  const std::string bytes = read_key_file(file, {"a key of audit logs", "forge audit logs", kMakeKeyFile, kFewestBytes});
  Hash key;
  crypto_hash_sha256(key.data(), unsigned_bytes(bytes), bytes.size());
  return {key.begin(), key.end()};
}

}  // namespace galen::launch
