#pragma once

#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/snapshot.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// A checkpoint's folder, to be read. What is wrong with it throws galen::Error that names the file: missing, cut off, changed, of a newer
/// format, encrypted with another key.
class Checkpoint {
 public:
  /// Reads the manifest, whose digest is verified. `key`: null for one that is not encrypted; a key is refused by one that is not, as what
  /// it holds may come from anybody.
  explicit Checkpoint(std::string folder, const CheckpointKey* key = nullptr);

  const std::string& folder() const { return folder_; }
  const Manifest& manifest() const { return manifest_; }

  /// Reads every byte of every file, and compares digests.
  void check() const;

  /// The bytes of the TorchScript module that it holds, where its manifest names one.
  std::string module() const;

  /// The tensors as they are stored, by name, type and shape, their elements not set: to be loaded into.
  Snapshot empty_snapshot() const;

  /// Copies the tensors into those given, which must be the same sections of tensors by name, type and shape; those that grow get the
  /// stored number of rows. All that can be wrong is found before the first of them is changed.
  void load(const Snapshot& snapshot) const;
  void load_weights(const Section& weights) const;
  void load_weights(const std::vector<models::NamedTensor>& weights) const { load_weights({.name = kWeights, .tensors = weights}); }

 private:
  std::string folder_;
  const CheckpointKey* key_;
  Manifest manifest_;
};

/// The manifest of a checkpoint folder. A folder that is none throws galen::Error. `key_file`: of an encrypted one.
Manifest read_manifest(const std::string& folder, const std::string& key_file = {});

/// The configuration that a checkpoint's run had, key by key.
std::map<std::string, std::string> read_record(const std::string& folder, const std::string& key_file = {});

}  // namespace galen::trainer
