#pragma once

#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/snapshot.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// Reads a checkpoint's folder. A file that is missing, truncated, changed, of a newer format or encrypted with another key throws
/// galen::Error, which names the file.
class Checkpoint {
 public:
  /// Reads the manifest and verifies its digest. `key`: null for a checkpoint that is not encrypted. A key is an error for a checkpoint
  /// that is not encrypted, because anybody may have written it.
  explicit Checkpoint(std::string folder, const CheckpointKey* key = nullptr);

  const std::string& folder() const { return folder_; }
  const Manifest& manifest() const { return manifest_; }

  /// Reads every byte of every file and compares digests.
  void check() const;

  /// The bytes of the TorchScript module, if the manifest names one.
  std::string module() const;

  /// Tensors with the stored names, types and shapes; their elements are not set. A destination for load().
  Snapshot empty_snapshot() const;

  /// Copies the stored tensors into `snapshot`, which must have the same sections and tensors by name, type and shape. Tensors that grow
  /// are resized to the stored number of rows. All errors are found before the first tensor is changed.
  void load(const Snapshot& snapshot) const;
  void load_weights(const Section& weights) const;
  void load_weights(const std::vector<models::NamedTensor>& weights) const { load_weights({.name = kWeights, .tensors = weights}); }

 private:
  std::string folder_;
  const CheckpointKey* key_;
  Manifest manifest_;
};

/// The manifest of a checkpoint folder; any other folder throws galen::Error. `key_file`: for an encrypted checkpoint.
Manifest read_manifest(const std::string& folder, const std::string& key_file = {});

/// The configuration of the run that wrote the checkpoint, key by key.
std::map<std::string, std::string> read_record(const std::string& folder, const std::string& key_file = {});

}  // namespace galen::trainer
