#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace galen::trainer {

/// The secret with which a run's checkpoints are encrypted: 32 random bytes, from which libsodium's key derivation (BLAKE2b) makes one key
/// for each purpose. The destructor wipes them from memory.
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
  const std::string& fingerprint() const { return fingerprint_; }  ///< 16 hex digits that identify the key and reveal nothing about it

 private:
  Bytes for_tensors_;
  Bytes for_texts_;
  std::string fingerprint_;
};

/// The key in a file of exactly 32 bytes; none for an empty path. A file that is missing, of another size, or readable by other users
/// throws galen::Error.
std::optional<CheckpointKey> read_checkpoint_key(const std::string& path);

/// Writes a new random key, readable by its owner only. An existing file throws galen::UsageError: it may be the only key to checkpoints.
void make_checkpoint_key(const std::string& path);

}  // namespace galen::trainer
