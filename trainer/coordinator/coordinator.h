#pragma once

#include "galen/enum_names.h"
#include "trainer/checkpoint/store_options.h"
#include "trainer/run/round.h"
#include "trainer/run/training_state.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// Where snapshots are written and, beside training, evaluated: kThread, of rank 0's process, which evaluates nothing (the workers do);
/// kProcess: one more process of the job, on rank 0's node, which does both.
enum class Placement { kThread, kProcess };
constexpr auto enum_names(Placement) {
  return std::to_array<EnumName<Placement>>({{Placement::kThread, "thread"}, {Placement::kProcess, "process"}});
}

/// What a checkpoint that cannot be written does: kWarn, training goes on and it is tried again; kStop ends the run.
enum class OnFailure { kWarn, kStop };
constexpr auto enum_names(OnFailure) {
  return std::to_array<EnumName<OnFailure>>({{OnFailure::kWarn, "warn"}, {OnFailure::kStop, "stop"}});
}

struct CoordinatorOptions {
  Placement placement = Placement::kThread;
  std::int64_t every_steps = 0;   ///< A checkpoint every N steps; 0: not by steps.
  double every_minutes = 0;       ///< A checkpoint when the newest is so old; 0: not by time.
  std::int64_t every_epochs = 1;  ///< A checkpoint at the end of every N-th epoch, and of each that is the best so far; 0: of those alone.
  StoreOptions store;             ///< How checkpoints are kept.

  OnFailure on_failure = OnFailure::kWarn;

  /// Metric that chooses the best checkpoint; of equal values the one with the lower loss. auto: auc, for regression loss; loss too where
  /// auc is undefined in validation. none: the newest is the best.
  std::string best_metric = "auto";

  std::int64_t early_stopping_patience = 0;  ///< Epochs without improvement after which the run ends; 0: never.
  std::int64_t log_every_steps = 10;         ///< Steps between two lines of metrics.jsonl.
};

std::vector<Option> describe(CoordinatorOptions& options);

class Task;

/// The metric that chooses the best checkpoint.
struct Selection {
  std::string metric;
  bool larger_is_better = true;
  std::string note = {};  ///< a sentence: why it is another one than auto usually takes; else empty
};

/// What `options` ask for; empty for none. `validation`: targets of the samples to validate on; undefined where there are none. A metric
/// that the task does not have or that is undefined over those targets, or early stopping with nothing to go by, throws galen::UsageError.
std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const Task& task, const at::Tensor& validation);

/// The one place that decides on checkpoints, validation, early stopping and logs.
///
/// The training loop calls it on every worker in lock step, with the same state everywhere; only rank 0 writes logs. Calls are collective
/// unless said otherwise.
class Coordinator {
 public:
  virtual ~Coordinator() = default;

  /// Before the first step of a run that begins, or goes on, at `state`: stop where it had come to its end already.
  virtual Verdict at_start(const TrainingState& state) = 0;

  /// Whether this rank wants a checkpoint after step number `step`; the ranks agree on it within the round. Not collective.
  virtual bool wants_checkpoint(std::int64_t step) = 0;

  /// Before parameters, averages and the optimiser's state change: waits for a copy of them that is under way. Not collective.
  virtual void before_update() = 0;

  /// After each step; `state` has it counted in.
  virtual Verdict after_step(TrainingState& state, const Round& round) = 0;

  /// After each epoch, whose mean training loss is `loss`; `state` stands at the start of the next one.
  virtual Verdict after_epoch(TrainingState& state, double loss) = 0;

  /// Once, after the last step: a checkpoint unless the newest one is of this very step. Returns, on every worker, when all are on
  /// the disk; one that cannot be written throws galen::Error.
  virtual void finish(TrainingState& state, Ending ending) = 0;
};

}  // namespace galen::trainer
