#pragma once

#include "comm/communicator.h"
#include "trainer/options/experiment_options.h"

#include <cstdint>
#include <functional>

namespace galen::trainer {

/// What to measure: rounds of training without checkpoints and with one in the middle of every `every` steps, in turn.
struct CheckpointBenchOptions {
  std::int64_t warm_up = 5;
  std::int64_t every = 20;       ///< Steps between two checkpoints.
  std::int64_t checkpoints = 2;  ///< In a round.
};

/// One round; the same on every rank.
struct CheckpointMeasurement {
  double step_without = 0;  ///< seconds
  double step_with = 0;     ///< seconds
  double stall = 0;         ///< seconds that worker 0 was delayed by each checkpoint
  double write = 0;         ///< seconds from an order until the checkpoint is on disk
  std::int64_t bytes = 0;   ///< of a checkpoint's tensors
};

/// Trains as train(), without validation and logs; checkpoints are written to options.folder. Calls `report` after each of `rounds` rounds.
/// Collective.
void measure_checkpoints(const ExperimentOptions& options, comm::Communicator& world, const CheckpointBenchOptions& bench, int rounds,
                         const std::function<void(const CheckpointMeasurement&)>& report);

}  // namespace galen::trainer
