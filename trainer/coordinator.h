#pragma once

#include "trainer/training_state.h"

#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

struct CoordinatorOptions {
  std::int64_t checkpoint_every_steps = 0;  ///< Checkpoint every N steps; 0: at the end of each epoch only.
  int checkpoint_keep = 2;                  ///< Newest checkpoints that are kept, beside the best.

  /// Metric that chooses the best checkpoint; auto: auc, for regression loss; none: the newest is the best.
  std::string best_metric = "auto";

  std::int64_t early_stopping_patience = 0;  ///< Epochs without improvement after which the run ends; 0: never.
  std::int64_t log_every_steps = 10;         ///< Steps between two lines of metrics.jsonl.
};

/// The metric that chooses the best checkpoint.
struct Selection {
  std::string metric;
  bool larger_is_better = true;
};

/// What `options` ask for with a task of that name; empty for none. An unknown metric, or early stopping without one, throws UsageError.
std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const std::string& task);

/// What one step did, summed over all workers.
struct StepOutcome {
  double loss = 0;  ///< mean over the step's samples
  double learning_rate = 0;
  double gradient_norm = 0;  ///< before clipping; NaN where it was not needed
  std::int64_t samples = 0;
};

/// The one place that decides on checkpoints, validation, early stopping and logs.
///
/// The training loop calls it on every rank in lock step (the calls are collective), with the same state everywhere; only rank 0 writes.
class Coordinator {
 public:
  virtual ~Coordinator() = default;

  /// After each step; `state` has it counted in.
  virtual Verdict after_step(TrainingState& state, const StepOutcome& outcome) = 0;

  /// After each epoch, whose mean training loss is `loss`; `state` stands at the start of the next one.
  virtual Verdict after_epoch(TrainingState& state, double loss) = 0;

  /// Once, after the last step: a checkpoint unless the newest one is of this very step.
  virtual void finish(TrainingState& state, Ending ending) = 0;
};

}  // namespace galen::trainer
