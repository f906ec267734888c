#pragma once

#include "models/model.h"
#include "trainer/checkpoint/manifest.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// The tensors of a run: what a checkpoint saves and restores. They share memory with the model and the optimiser.
struct Snapshot {
  std::vector<models::NamedTensor> weights;    ///< parameters and buffers
  std::vector<models::NamedTensor> optimizer;  ///< its state, parameter by parameter
};

/// A model's part of a snapshot.
std::vector<models::NamedTensor> weights_of(const models::Model& model);

/// Writes a checkpoint folder: weights.safetensors, optimizer.safetensors, then manifest.json, whose digests are filled in here.
void save_checkpoint(const std::string& folder, const Snapshot& snapshot, Manifest manifest);

/// The manifest of a checkpoint folder. A folder that is none throws galen::Error.
Manifest read_manifest(const std::string& folder);

/// The configuration that a checkpoint's run had, key by key.
std::map<std::string, std::string> read_record(const std::string& folder);

/// Copies a checkpoint's tensors into those given; digests are verified. Damage, or tensors that differ, throws galen::Error.
void load_weights(const std::string& folder, const Manifest& manifest, const std::vector<models::NamedTensor>& weights);
void load_optimizer(const std::string& folder, const Manifest& manifest, const std::vector<models::NamedTensor>& state);

/// The checkpoints of one run: RUN/checkpoints/step-N, with RUN/last and RUN/best as links to the newest and the best of them.
class CheckpointStore {
 public:
  explicit CheckpointStore(std::string run_folder) : run_folder_(std::move(run_folder)) {}

  /// Writes the checkpoint of manifest.state.step, links RUN/last (and RUN/best, if `best`) to it, and removes all but the newest `keep`
  /// and the best. Returns its folder.
  std::string save(const Snapshot& snapshot, const Manifest& manifest, bool best, int keep) const;

  /// Folders of the run's checkpoints that have a manifest, newest first.
  std::vector<std::string> newest_first() const;

  std::string folder_of(std::int64_t step) const;
  std::string best() const { return run_folder_ + "/best"; }
  std::string last() const { return run_folder_ + "/last"; }

 private:
  void prune(int keep) const;

  std::string run_folder_;
};

}  // namespace galen::trainer
