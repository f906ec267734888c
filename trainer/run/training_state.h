#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace galen::trainer {

/// Where a run stands: all that it takes to go on, beside the tensors. The same on every rank; saved in each checkpoint.
struct TrainingState {
  std::int64_t epoch = 0;             ///< epochs completed
  std::int64_t step = 0;              ///< optimiser steps taken, over all epochs
  std::int64_t samples_consumed = 0;  ///< of the current epoch's order

  double epoch_loss = 0;    ///< summed over the samples of the current epoch so far
  double epoch_weight = 0;  ///< what it is divided by

  double best_value = std::numeric_limits<double>::quiet_NaN();  ///< of the metric that chooses the best checkpoint
  double best_loss = std::numeric_limits<double>::quiet_NaN();   ///< of that validation: decides between equal values
  std::int64_t best_step = 0;
  std::int64_t epochs_without_improvement = 0;

  /// Step whose checkpoint is being evaluated beside training; 0: none. What comes of it counts at the end of the epoch.
  std::int64_t pending_evaluation = 0;

  /// Moves on to the start of the next epoch; returns the mean loss of the one that ended.
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
  kEarlyStopped,  ///< no improvement for as long as the options allow
  kInterrupted,   ///< Ctrl-C
  kPreempted,     ///< SIGTERM or SIGUSR1: to be started again
  kOutOfTime,     ///< trainer.max_minutes, or the end of the job that it runs in: likewise
};

/// Whether it was asked to stop, with something left to do.
inline bool is_stop(Ending ending) {
  return ending == Ending::kInterrupted || ending == Ending::kPreempted || ending == Ending::kOutOfTime;
}

/// What after_step and after_epoch say.
enum class Verdict { kContinue, kStop };

}  // namespace galen::trainer
