#pragma once

#include "comm/communicator.h"
#include "trainer/logs/timeline.h"
#include "trainer/options/experiment_options.h"

#include <array>
#include <cstdint>

namespace galen::trainer {

/// The speed of a training run; the same on every rank.
struct Measurement {
  std::int64_t steps = 0;  ///< number of timed steps
  double seconds = 0;      ///< their duration
  double samples_per_second = 0;
  std::array<double, kPhases> phase_seconds{};  ///< mean over the ranks
  double first_step_seconds = 0;                ///< from the start of the process to the end of the first step, of the slowest rank
  double peak_mib = 0;                          ///< resident memory of the largest rank; memory shared by ranks counts once per node
  double loss = 0;                              ///< of the last step
};

/// Trains as train(), without checkpoints, validation and logs: `warm_up` steps, then `steps` timed ones. Collective.
Measurement measure(const ExperimentOptions& options, comm::Communicator& world, std::int64_t warm_up, std::int64_t steps);

}  // namespace galen::trainer
