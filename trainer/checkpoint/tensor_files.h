#pragma once

#include "models/model.h"
#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/safetensors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The two sets of tensors of a checkpoint.
enum class TensorSet { kWeights, kOptimizer };

/// What is appended to the names of encrypted files. The second is for one that takes the place of a file with the first, which stays until
/// the new checkpoint is whole.
inline constexpr char kSealed[] = ".sealed";
inline constexpr char kResealed[] = ".resealed";

/// weights.safetensors; as one of several parts weights-00001-of-00002.safetensors.
std::string tensor_file_name(TensorSet set, int part, int parts);

/// What an encrypted file of that name is bound to, so that it is found out in another's place.
std::string identity_of(const std::string& file_name, std::int64_t step);

/// The files that hold one set of a checkpoint's tensors, to be read. Throws galen::Error, which names the file, for whatever is wrong.
class TensorFiles {
 public:
  /// `key`: of an encrypted checkpoint, else null.
  TensorFiles(const std::string& folder, const Manifest& manifest, TensorSet set, const CheckpointKey* key);

  /// Reads all bytes, and compares digests.
  void check() const;

  /// Each tensor as it is stored, its elements not set.
  std::vector<models::NamedTensor> empty() const;

  /// Whether the tensors are the stored ones by name, type and shape, each element stored once.
  void check_fits(const std::vector<models::NamedTensor>& tensors) const;

  /// Copies the stored elements into tensors that fit.
  void copy_to(const std::vector<models::NamedTensor>& tensors) const;

 private:
  struct File {
    std::string name;
    std::string digest;
  };
  struct Opened;

  std::vector<StoredSlice> all_slices() const;

  std::string folder_;
  std::int64_t step_;
  const CheckpointKey* key_;
  std::vector<File> files_;
};

}  // namespace galen::trainer
