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

/// The checkpoints of one run: RUN/checkpoints/step-N, with RUN/last and RUN/best as links to the newest and the best of them.
///
/// What cannot be written throws galen::Error, which names file and reason; what was written so far is no checkpoint, and the call may be
/// repeated at any later time, also where the folders have been deleted meanwhile. A process that is killed at any instant leaves the
/// checkpoints that were whole before as they were. One thread at a time may write a step; different steps, and reading, are free.
class CheckpointStore {
 public:
  /// Reads the key file, where there is one: one that is missing, or no key, throws galen::Error.
  explicit CheckpointStore(std::string run_folder, StoreOptions options = {});

  /// Writes the checkpoint of manifest.state.step whole, and links RUN/last to it. Returns its folder. That is write_part(…, 0, 1), then
  /// publish(). The snapshot must not change meanwhile.
  std::string save(const Snapshot& snapshot, const Manifest& manifest) const;

  /// How many of `nodes` nodes share the writing of a snapshot of that size: each then has at least shard_mib to write.
  int parts_for(const Snapshot& snapshot, int nodes) const;

  /// Writes slice number `part` of `parts` of a step's tensors; every part is given the whole snapshot's names and shapes, and reads its
  /// own elements alone. Parts are independent of each other: any order, any process that sees the folder.
  FileDigests write_part(std::int64_t step, const Snapshot& snapshot, int part, int parts) const;

  /// Makes the checkpoint of manifest.state.step valid, whose `digests` are those of all parts, and links RUN/last to it, unless the run
  /// has a newer one. Returns its folder. A part that is missing, in the digests or on the disk, throws galen::Error.
  /// Where the manifest names a module, it becomes a part of the checkpoint: write_module() has put it into the run's folder before.
  std::string publish(const Manifest& manifest, bool newest = true) const;

  /// Notes what the validation said of a checkpoint, then or later: what keep_best goes by. `loss`: see Rating.
  void rate(std::int64_t step, double value, bool larger_is_better, double loss = std::numeric_limits<double>::quiet_NaN()) const;

  /// Links RUN/best, or RUN/last, to a checkpoint.
  void link_best(std::int64_t step) const;
  void link_last(std::int64_t step) const;

  /// Removes all checkpoints but the newest keep_last, the keep_best best rated, the target of RUN/best and those `pinned`, and what
  /// writers left behind that were killed: temporary files that no live writer holds, and folders without a manifest, unless they are newer
  /// than the newest checkpoint and of the last hour. Returns the folders removed.
  std::vector<std::string> prune(std::span<const std::int64_t> pinned = {}) const;

  /// Folders of the run's checkpoints that have a manifest, newest first.
  std::vector<std::string> newest_first() const;

  /// Whether there is a checkpoint of that step. A disk that does not say throws galen::Error.
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
