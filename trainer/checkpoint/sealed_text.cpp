#include "trainer/checkpoint/sealed_text.h"

#include "galen/digest.h"
#include "galen/error.h"
#include "trainer/checkpoint/format_version.h"
#include "trainer/checkpoint/sealed_bytes.h"

#include <sodium.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace galen::trainer {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kEnd = "\n}\n";
constexpr std::string_view kBeforeDigest = ",\n  \"digest\": \"";
constexpr std::string_view kAfterDigest = "\"\n}\n";
constexpr std::size_t kDigits = 32;

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kSealBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

std::string digest_of(std::string_view text) {
  Digest digest;
  digest.add_bytes(text.data(), text.size());
  return digest.hex();
}

std::string with_digest(const std::string& json) {
  const std::string before = json.substr(0, json.size() - kEnd.size()) + std::string(kBeforeDigest);
  return fmt::format("{}{}{}", before, digest_of(before), kAfterDigest);
}

bool has_sound_digest(const std::string& text) {
  const std::size_t after = kDigits + kAfterDigest.size();
  if (text.size() < after || !text.ends_with(kAfterDigest)) return false;
  const std::string_view before = std::string_view(text).substr(0, text.size() - after);
  return before.ends_with(kBeforeDigest) && text.compare(before.size(), kDigits, digest_of(before)) == 0;
}

std::string to_base64(const std::string& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_in(bytes), bytes.size(), kBase64);
  text.pop_back();  // the terminating zero
  return text;
}

std::string from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const int failed = sodium_base642bin(bytes_in(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr, kBase64);
  bytes.resize(failed == 0 ? size : 0);
  return bytes;
}

std::string encrypt(const std::string& text, const std::string& name, const CheckpointKey& key) {
  std::string sealed(kNonce + text.size() + kSealBytes, '\0');
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_in(sealed) + kNonce, nullptr, bytes_in(text), text.size(), bytes_in(name), name.size(),
                                             nullptr, bytes_in(sealed), key.for_texts().data());
  return sealed;
}

std::string decrypt(const std::string& sealed, const std::string& path, const std::string& name, const CheckpointKey& key) {
  std::string text(sealed.size() - std::min(sealed.size(), kNonce + kSealBytes), '\0');
  const bool sound =
      sealed.size() >= kNonce + kSealBytes &&
      crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_in(text), nullptr, nullptr, bytes_in(sealed) + kNonce, sealed.size() - kNonce,
                                                 bytes_in(name), name.size(), bytes_in(sealed), key.for_texts().data()) == 0;
  if (!sound) throw Error("{}: was not written with this key as {}: it was changed or exchanged.", path, name);
  return text;
}

}  // namespace

std::string seal_text(const std::string& json, const std::string& name, const CheckpointKey* key) {
  if (key == nullptr) return with_digest(json);
  const ordered_json envelope = {{"format_version", kFormatVersion},
                                 {"encryption", "xchacha20-poly1305"},
                                 {"key", key->fingerprint()},
                                 {"sealed", to_base64(encrypt(json, name, *key))}};
  return with_digest(envelope.dump(2) + "\n");
}

std::string open_text(const std::string& text, const std::string& path, const std::string& name, const CheckpointKey* key) try {
  const bool sound = has_sound_digest(text);
  const ordered_json json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/sound);
  if (json.is_discarded()) throw Error("{}: is damaged, or not a file of a checkpoint: it is not JSON.", path);
  if (format_version(json, path) > 1 && !sound) throw Error("{}: is damaged: its digest does not match its bytes.", path);

  if (!json.contains("sealed")) {
    if (key == nullptr) return text;
    throw Error("{}: is not encrypted, so anybody may have written it. To read it nevertheless, remove checkpoint.key_file.", path);
  }
  if (key == nullptr) throw Error("{}: is encrypted. Name the file of its key with checkpoint.key_file.", path);
  const std::string fingerprint = json.at("key").get<std::string>();
  if (fingerprint != key->fingerprint()) {
    throw Error("{}: is encrypted with key {}, but checkpoint.key_file holds key {}.", path, fingerprint, key->fingerprint());
  }
  return decrypt(from_base64(json.at("sealed").get<std::string>()), path, name, *key);
} catch (const ordered_json::exception& error) {
  throw Error("{}: is damaged, or not a file of a checkpoint ({}).", path, error.what());
}

}  // namespace galen::trainer
