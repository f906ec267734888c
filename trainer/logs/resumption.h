#pragma once

#include "trainer/training_state.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace galen::trainer {

/// Which entries of its logs a run that goes on from a checkpoint keeps. The others were written after it, and will be written again.
struct Resumption {
  std::int64_t step = 0;   ///< of the checkpoint; 0: the run begins, and nothing is kept
  bool mid_epoch = false;  ///< an epoch that ends with this very step is still to be closed: only entries of kind "train" are kept of it
  std::optional<std::int64_t> pending_validation = {};  ///< step whose validation will be done again: its entries are not kept

  Resumption(std::int64_t checkpoint_step) : step(checkpoint_step) {}  // NOLINT: a step says it all where epochs do not matter
  explicit Resumption(const TrainingState& state, std::optional<std::int64_t> pending = {})
      : step(state.step), mid_epoch(state.samples_consumed > 0), pending_validation(pending) {}

  /// `kind`: train, epoch, validation …
  bool keeps(std::int64_t entry_step, std::string_view kind) const {
    if (step == 0 || entry_step > step) return false;
    if (mid_epoch && entry_step == step && kind != "train") return false;
    return !(pending_validation == entry_step && kind == "validation");
  }
};

}  // namespace galen::trainer
