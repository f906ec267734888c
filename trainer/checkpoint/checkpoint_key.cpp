#include "trainer/checkpoint/checkpoint_key.h"

#include "galen/error.h"
#include "galen/hex.h"
#include "galen/key_file.h"
#include "galen/missing_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace galen::trainer {

namespace {

static_assert(CheckpointKey::kBytes == crypto_kdf_KEYBYTES);
static_assert(CheckpointKey::kBytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);
static_assert(CheckpointKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "galenckp";
enum Purpose : std::uint64_t { kTensors = 1, kTexts, kFingerprint };

template <std::size_t kSize>
std::array<unsigned char, kSize> derive(const CheckpointKey::Bytes& secret, Purpose purpose) {
  if (sodium_init() < 0) throw Error("libsodium finds no source of randomness on this machine, so nothing can be encrypted.");
  std::array<unsigned char, kSize> key;
  crypto_kdf_derive_from_key(key.data(), key.size(), purpose, kContext, secret.data());
  return key;
}

}  // namespace

CheckpointKey::CheckpointKey(const Bytes& secret)
    : for_tensors_(derive<kBytes>(secret, kTensors)),
      for_texts_(derive<kBytes>(secret, kTexts)),
      fingerprint_(hex(derive<crypto_kdf_BYTES_MIN>(secret, kFingerprint)).substr(0, 16)) {}

CheckpointKey::~CheckpointKey() {
  sodium_memzero(for_tensors_.data(), for_tensors_.size());
  sodium_memzero(for_texts_.data(), for_texts_.size());
}

std::optional<CheckpointKey> read_checkpoint_key(const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::string bytes = read_key_file(path, {"a key of checkpoints", "read the checkpoints", "galen checkpoint key --out FILE makes one.",
                                           CheckpointKey::kBytes, CheckpointKey::kBytes});
  CheckpointKey::Bytes secret;
  std::copy(bytes.begin(), bytes.end(), secret.begin());
  sodium_memzero(bytes.data(), bytes.size());
  std::optional<CheckpointKey> key(secret);
  sodium_memzero(secret.data(), secret.size());
  return key;
}

void make_checkpoint_key(const std::string& path) {
  if (sodium_init() < 0) throw Error("libsodium finds no source of randomness on this machine, so no key can be made.");
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno == EEXIST) {
    throw UsageError("{}: the file exists, and may be the only key to existing checkpoints. Choose another name.", path);
  }
  if (file < 0 && errno == ENOENT) throw MissingFile("{}: its folder does not exist. Make it first.", path);
  CheckpointKey::Bytes secret;
  randombytes_buf(secret.data(), secret.size());
  const bool written = file >= 0 && ::write(file, secret.data(), secret.size()) == CheckpointKey::kBytes && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  sodium_memzero(secret.data(), secret.size());
  if (written) return;
  if (file >= 0) ::unlink(path.c_str());  // half a key is useless, and would block the next attempt
  throw Error("{}: the key cannot be written: {}.", path, std::strerror(error));
}

}  // namespace galen::trainer
