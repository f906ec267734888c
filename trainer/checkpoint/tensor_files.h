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

/// Suffixes of encrypted files. The second is used for a new file that replaces one with the first suffix, which stays until the new
/// checkpoint is whole.
inline constexpr char kSealed[] = ".sealed";
inline constexpr char kResealed[] = ".resealed";

/// A file of a section: weights.safetensors; if there are several parts, weights-00001-of-00002.safetensors.
struct TensorFileName {
  std::string section;
  int part = 0;
  int parts = 1;

  std::string text() const;

  /// Parses such a name, encrypted or not; none for the name of another file.
  static std::optional<TensorFileName> parse(std::string name);
};

/// The sections in those files, kWeights first.
std::vector<std::string> sections_of(const FileDigests& digests);

/// The name to which an encrypted file is bound, so that a file in another's place is detected.
std::string identity_of(const std::string& file_name, std::int64_t step);

/// Reads the files of one section of a checkpoint. All errors are galen::Error and name the file.
class TensorFiles {
 public:
  /// `key`: of an encrypted checkpoint, else null.
  TensorFiles(const std::string& folder, const Manifest& manifest, std::string section, const CheckpointKey* key);

  /// Reads all bytes and compares digests.
  void check() const;

  /// Tensors with the stored names, types and shapes; their elements are not set.
  std::vector<models::NamedTensor> empty() const;

  /// Throws unless the tensors match the stored ones by name, type and shape (except the first dimension of those that grow), and each
  /// element is stored exactly once.
  void check_fits(const Section& section) const;

  /// Copies the stored elements into matching tensors; those that grow are resized to the stored number of rows.
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
