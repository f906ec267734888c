#pragma once

#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/store_options.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// The checkpoints of one run: RUN/checkpoints/step-N, with the links RUN/last and RUN/best to the newest and the best.
///
/// A failed write throws galen::Error, which names file and reason. It leaves no checkpoint, and the call may be repeated at any later
/// time, even if the folders were deleted meanwhile. A process that is killed at any instant leaves earlier whole checkpoints unchanged.
/// Only one thread at a time may write a step; different steps, and reads, may run in parallel.
class CheckpointStore {
 public:
  /// Reads the key file, if one is configured; a missing or invalid one throws galen::Error.
  explicit CheckpointStore(std::string run_folder, StoreOptions options = {});

  /// Writes the checkpoint of manifest.state.step, and links RUN/last to it. Returns its folder. Equals write_part(…, 0, 1), then
  /// publish(). The snapshot must not change during the call.
  std::string save(const Snapshot& snapshot, const Manifest& manifest) const;

  /// How many of `nodes` nodes share the writing of a snapshot: each then writes at least shard_mib.
  int parts_for(const Snapshot& snapshot, int nodes) const;

  /// Writes slice number `part` of `parts` of a step's tensors. Every part is given the whole snapshot's names and shapes, and reads only
  /// its own elements. Parts are independent: any order, any process that sees the folder.
  FileDigests write_part(std::int64_t step, const Snapshot& snapshot, int part, int parts) const;

  /// Makes the checkpoint of manifest.state.step valid, and links RUN/last to it if `newest`. `digests` must hold all parts. Returns its
  /// folder. A part that is missing in the digests or on disk throws galen::Error. If the manifest names a module, it becomes a part of the
  /// checkpoint: write_module() must have put it into the run's folder before.
  std::string publish(const Manifest& manifest, bool newest = true) const;

  /// Stores a checkpoint's validation result, by which keep_best chooses. `loss`: see Rating.
  void rate(std::int64_t step, double value, bool larger_is_better, double loss = std::numeric_limits<double>::quiet_NaN()) const;

  /// Link RUN/best or RUN/last to a checkpoint.
  void link_best(std::int64_t step) const;
  void link_last(std::int64_t step) const;

  /// Removes all checkpoints except the newest keep_last, the keep_best best rated, the target of RUN/best and those `pinned`. Also removes
  /// what killed writers left: temporary files that no live writer holds, and folders without a manifest, unless they are newer than the
  /// newest checkpoint and of the last hour. Returns the folders removed.
  std::vector<std::string> prune(std::span<const std::int64_t> pinned = {}) const;

  /// Folders of the run's checkpoints that have a manifest, newest first.
  std::vector<std::string> newest_first() const;

  /// Whether there is a checkpoint of that step. A disk error throws galen::Error.
  bool holds(std::int64_t step) const;

  std::string folder_of(std::int64_t step) const;
  std::string best() const { return run_folder_ + "/best"; }
  std::string last() const { return run_folder_ + "/last"; }

  const CheckpointKey* key() const { return key_ ? &*key_ : nullptr; }  ///< null: not encrypted

 private:
  void link(std::int64_t step, const std::string& name) const;

  std::string run_folder_;
  StoreOptions options_;
  std::optional<CheckpointKey> key_;
};

}  // namespace galen::trainer
