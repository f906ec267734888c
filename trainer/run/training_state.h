#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace galen::trainer {

/// The progress of a run: all that is needed to continue it, except the tensors. The same on every rank; saved in each checkpoint.
struct TrainingState {
  std::int64_t epoch = 0;             ///< epochs completed
  std::int64_t step = 0;              ///< optimiser steps taken, over all epochs
  std::int64_t samples_consumed = 0;  ///< in the current epoch's order

  double epoch_loss = 0;    ///< summed over the samples of the current epoch so far
  double epoch_weight = 0;  ///< its divisor

  double best_value = std::numeric_limits<double>::quiet_NaN();  ///< best value of the metric that chooses the best checkpoint
  double best_loss = std::numeric_limits<double>::quiet_NaN();   ///< loss of that validation: decides between equal values
  std::int64_t best_step = 0;
  std::int64_t epochs_without_improvement = 0;

  /// Step whose checkpoint is being evaluated during training; 0: none. The result counts at the end of the epoch.
  std::int64_t pending_evaluation = 0;

  /// Begins the next epoch; returns the mean loss of the one that ended.
  double close_epoch() {
    const double loss = epoch_loss / epoch_weight;
    epoch += 1;
    samples_consumed = 0;
    epoch_loss = epoch_weight = 0;
    return loss;
  }
};

/// Why a run ended.
enum class Ending {
  kFinished,      ///< all epochs
  kStepLimit,     ///< trainer.max_steps
  kEarlyStopped,  ///< no improvement for as many epochs as the options allow
  kInterrupted,   ///< Ctrl-C
  kPreempted,     ///< SIGTERM or SIGUSR1: to be started again
  kOutOfTime,     ///< trainer.max_minutes, or the end of its job: to be started again
};

/// Whether the run was asked to stop before it was finished.
inline bool is_stop(Ending ending) {
  return ending == Ending::kInterrupted || ending == Ending::kPreempted || ending == Ending::kOutOfTime;
}

/// The result of after_step and after_epoch.
enum class Verdict { kContinue, kStop };

}  // namespace galen::trainer
