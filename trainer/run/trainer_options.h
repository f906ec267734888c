#pragma once

#include "galen/enum_names.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

inline constexpr std::int64_t kAutomaticLanes = 0;      ///< chosen by the batch: automatic_lanes() in trainer/lanes/lane_count.h
inline constexpr std::int64_t kLaneForEachWorker = -1;  ///< plain data parallelism

/// The effect of gradients that are infinite or NaN. kStop: the run ends; kSkip: the step is skipped.
enum class OnNonfinite { kStop, kSkip };
constexpr auto enum_names(OnNonfinite) {
  return std::to_array<EnumName<OnNonfinite>>({{OnNonfinite::kStop, "stop"}, {OnNonfinite::kSkip, "skip"}});
}

struct TrainerOptions {
  std::int64_t batch = 32;  ///< Samples in a step, over all workers.
  std::int64_t epochs = 5;
  std::int64_t max_steps = 0;  ///< Ends the run after this many steps in total; 0: no limit.

  /// Minutes from this start after which the run has ended, with a checkpoint; 0: no limit.
  double max_minutes = 0;

  /// When the process is ended from outside: the run ends before, with a checkpoint. Not saved with the run's options.
  std::optional<std::chrono::system_clock::time_point> end_time = {};

  /// Parts into which each batch is cut. The same number gives the same bits on any number of workers up to it.
  std::int64_t lanes = kAutomaticLanes;

  int threads = 0;  ///< Threads of a worker; 0: OMP_NUM_THREADS, else 1.

  OnNonfinite on_nonfinite = OnNonfinite::kStop;
  bool profile = false;  ///< Writes a timeline of each worker to trace.json in the run's folder, for chrome://tracing or Perfetto.
};

std::vector<Option> describe(TrainerOptions& options);

}  // namespace galen::trainer
