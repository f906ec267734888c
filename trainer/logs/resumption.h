#pragma once

#include "trainer/run/training_state.h"

#include <cstdint>
#include <string_view>

namespace galen::trainer {

/// Decides which log entries a run resumed from a checkpoint keeps. The others were written after the checkpoint, and will be repeated.
struct Resumption {
  std::int64_t step = 0;                ///< of the checkpoint; 0: the run begins, and nothing is kept
  bool mid_epoch = false;               ///< the epoch that ends with this step is not completed: only its entries of kind "train" are kept
  std::int64_t pending_validation = 0;  ///< step whose validation will be repeated, so its entries are dropped; 0: none

  Resumption(std::int64_t checkpoint_step) : step(checkpoint_step) {}  // NOLINT: implicit, for logs without epochs
  explicit Resumption(const TrainingState& state)
      : step(state.step), mid_epoch(state.samples_consumed > 0), pending_validation(state.pending_evaluation) {}

  /// `kind`: train, epoch, validation …
  bool keeps(std::int64_t entry_step, std::string_view kind) const {
    if (step == 0 || entry_step > step) return false;
    if (mid_epoch && entry_step == step && kind != "train") return false;
    return !(pending_validation == entry_step && kind == "validation");
  }
};

}  // namespace galen::trainer
