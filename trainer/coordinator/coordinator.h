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

/// Where snapshots are written. kThread: on a thread of rank 0's process; the workers evaluate. kProcess: in an additional process of the
/// job, on rank 0's node, which writes and evaluates.
enum class Placement { kThread, kProcess };
constexpr auto enum_names(Placement) {
  return std::to_array<EnumName<Placement>>({{Placement::kThread, "thread"}, {Placement::kProcess, "process"}});
}

/// The effect of a failed checkpoint. kWarn: training continues and the write is retried; kStop: the run ends.
enum class OnFailure { kWarn, kStop };
constexpr auto enum_names(OnFailure) {
  return std::to_array<EnumName<OnFailure>>({{OnFailure::kWarn, "warn"}, {OnFailure::kStop, "stop"}});
}

struct CoordinatorOptions {
  Placement placement = Placement::kThread;
  std::int64_t every_steps = 0;  ///< A checkpoint every N steps; 0: off.
  double every_minutes = 0;      ///< A checkpoint when the newest is this old; 0: off.
  std::int64_t every_epochs =
      1;               ///< A checkpoint at the end of every N-th epoch, and of each that is the best so far; 0: only of the best.
  StoreOptions store;  ///< How checkpoints are kept.

  OnFailure on_failure = OnFailure::kWarn;

  /// Metric that chooses the best checkpoint; of equal values the one with the lower loss. auto: auc, or loss for regression and
  /// if auc is undefined in validation. none: the newest is the best.
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
  std::string note = {};  ///< why it is not the usual choice of auto; else empty
};

/// The metric chosen by `options`; empty for none. `validation`: targets of the validation samples; undefined if there are none. Throws
/// galen::UsageError for a metric that the task lacks or that is undefined over those targets, and for early stopping without a metric.
std::optional<Selection> resolve_selection(const CoordinatorOptions& options, const Task& task, const at::Tensor& validation);

/// Decides on checkpoints, validation, early stopping and logs.
///
/// The training loop calls it on every worker in lock step, with the same state everywhere; only rank 0 writes logs. Calls are collective
/// unless said otherwise.
class Coordinator {
 public:
  virtual ~Coordinator() = default;

  /// Before the first step of a run that begins, or is resumed, at `state`: kStop if it had already ended.
  virtual Verdict at_start(const TrainingState& state) = 0;

  /// Whether this rank wants a checkpoint after step number `step`; the ranks agree on it within the round. Not collective.
  virtual bool wants_checkpoint(std::int64_t step) = 0;

  /// Before parameters, averages and the optimiser's state change: waits for a running copy of them. Not collective.
  virtual void before_update() = 0;

  /// After each step, which `state` includes.
  virtual Verdict after_step(TrainingState& state, const Round& round) = 0;

  /// After each epoch. `loss`: mean training loss of the epoch; `state` is at the start of the next one.
  virtual Verdict after_epoch(TrainingState& state, double loss) = 0;

  /// Once, after the last step: writes a checkpoint unless the newest is of this step. Returns on every worker when all checkpoints are on
  /// disk; throws galen::Error if one cannot be written.
  virtual void finish(TrainingState& state, Ending ending) = 0;
};

}  // namespace galen::trainer
