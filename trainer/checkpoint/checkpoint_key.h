#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace galen::trainer {

/// The secret that a run's checkpoints are encrypted with: 32 random bytes, out of which libsodium's key derivation (BLAKE2b) makes a key
/// for each purpose. They are wiped from memory at the end.
class CheckpointKey {
 public:
  static constexpr std::size_t kBytes = 32;
  using Bytes = std::array<unsigned char, kBytes>;

  explicit CheckpointKey(const Bytes& secret);
  CheckpointKey(const CheckpointKey&) = default;
  CheckpointKey& operator=(const CheckpointKey&) = default;
  ~CheckpointKey();

  const Bytes& for_tensors() const { return for_tensors_; }
  const Bytes& for_texts() const { return for_texts_; }
  const std::string& fingerprint() const { return fingerprint_; }  ///< 16 hex digits that tell keys apart and nothing about them

 private:
  Bytes for_tensors_;
  Bytes for_texts_;
  std::string fingerprint_;
};

/// The key in a file of exactly 32 bytes; none for an empty path. A file that is missing, of another size, or open to everybody on the
/// machine throws galen::Error.
std::optional<CheckpointKey> read_checkpoint_key(const std::string& path);

/// Writes a new random key that its owner alone may read. A file that exists throws galen::UsageError: it may be the only key to
/// checkpoints.
void make_checkpoint_key(const std::string& path);

}  // namespace galen::trainer
