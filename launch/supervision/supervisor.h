#pragma once

#include "launch/starting/plan.h"

namespace galen::launch {

/// Starts the planned job and supervises it until it has ended; a training job that fails is started again as `options` allow. Writes its
/// events into the run's events.jsonl. Returns galen's exit code: that of the job, 1 where no further start is allowed, 130 after Ctrl-C,
/// and 75 after another signal that asked to stop, where the job did not end otherwise.
int supervise(const LaunchOptions& options, const LaunchedCommand& command, Surroundings surroundings);

}  // namespace galen::launch
