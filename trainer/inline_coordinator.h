#pragma once

#include "comm/communicator.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/coordinator.h"
#include "trainer/evaluation/report.h"
#include "trainer/logs/metrics_log.h"
#include "trainer/logs/progress.h"
#include "trainer/logs/tensorboard.h"

#include <functional>
#include <optional>
#include <string>

namespace galen::trainer {

/// What the coordinator works with.
struct CoordinatorParts {
  const comm::Communicator& world;
  std::string folder;  ///< of the run; empty: nothing is written
  Snapshot snapshot;
  Manifest manifest;                   ///< of this run; its state is filled in for each checkpoint
  std::function<Report()> validate;    ///< collective; empty where there is no validation split
  std::optional<Selection> selection;  ///< of the best checkpoint; empty: the newest is the best
  Progress& progress;
};

/// Does all of it between two steps of the training loop: every rank takes part in the validation and comes to the same decisions, rank 0
/// writes.
class InlineCoordinator final : public Coordinator {
 public:
  InlineCoordinator(const CoordinatorOptions& options, CoordinatorParts parts);

  Verdict after_step(TrainingState& state, const StepOutcome& outcome) override;
  Verdict after_epoch(TrainingState& state, double loss) override;
  void finish(TrainingState& state, Ending ending) override;

 private:
  bool improves(TrainingState& state, const Report& report) const;
  void save(const TrainingState& state, bool best);
  void log(const TrainingState& state, const std::string& kind, const std::vector<std::pair<std::string, double>>& values);

  CoordinatorOptions options_;
  CoordinatorParts parts_;
  CheckpointStore store_;
  std::optional<MetricsLog> metrics_log_;  // rank 0's, where there is a folder
  std::optional<TensorBoardWriter> tensorboard_;
  std::int64_t saved_step_ = -1;
};

}  // namespace galen::trainer
