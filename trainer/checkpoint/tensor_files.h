#pragma once

#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/safetensors.h"
#include "trainer/checkpoint/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// What is appended to the names of encrypted files. The second is for one that takes the place of a file with the first, which stays until
/// the new checkpoint is whole.
inline constexpr char kSealed[] = ".sealed";
inline constexpr char kResealed[] = ".resealed";

/// A file of a section: weights.safetensors; as one of several parts weights-00001-of-00002.safetensors.
struct TensorFileName {
  std::string section;
  int part = 0;
  int parts = 1;

  std::string text() const;

  /// Of such a name, encrypted or not; none where it is another file's.
  static std::optional<TensorFileName> parse(std::string name);
};

/// The sections that those files hold, kWeights first.
std::vector<std::string> sections_of(const FileDigests& digests);

/// What an encrypted file of that name is bound to, so that it is found out in another's place.
std::string identity_of(const std::string& file_name, std::int64_t step);

/// The files that hold one section of a checkpoint's tensors, to be read. Throws galen::Error, which names the file, for whatever is wrong.
class TensorFiles {
 public:
  /// `key`: of an encrypted checkpoint, else null.
  TensorFiles(const std::string& folder, const Manifest& manifest, std::string section, const CheckpointKey* key);

  /// Reads all bytes, and compares digests.
  void check() const;

  /// Each tensor as it is stored, its elements not set.
  std::vector<models::NamedTensor> empty() const;

  /// Whether the tensors are the stored ones by name, type and shape (the first dimension of those that grow aside), each element stored
  /// once.
  void check_fits(const Section& section) const;

  /// Copies the stored elements into tensors that fit; those that grow get the stored number of rows.
  void copy_to(const Section& section) const;

 private:
  struct File {
    std::string name;
    std::string digest;
  };
  struct Opened;

  std::vector<StoredSlice> all_slices() const;

  std::string folder_;
  std::string section_;
  std::int64_t step_;
  const CheckpointKey* key_;
  std::vector<File> files_;
};

}  // namespace galen::trainer
