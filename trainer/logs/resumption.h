#pragma once

#include "trainer/run/training_state.h"

#include <cstdint>
#include <string_view>

namespace galen::trainer {

/// Which entries of its logs a run that goes on from a checkpoint keeps. The others were written after it, and will be written again.
struct Resumption {
  std::int64_t step = 0;   ///< of the checkpoint; 0: the run begins, and nothing is kept
  bool mid_epoch = false;  ///< an epoch that ends with this very step is still to be closed: only entries of kind "train" are kept of it
  std::int64_t pending_validation = 0;  ///< step whose validation will be done again, so that its entries are not kept; 0: none

  Resumption(std::int64_t checkpoint_step) : step(checkpoint_step) {}  // NOLINT: a step says it all where epochs do not matter
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
