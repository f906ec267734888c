#pragma once

#include "launch/starting/plan.h"

namespace galen::launch {

/// Starts the planned job and supervises it until it has ended; a training job that fails is restarted as `options` allow. Writes its
/// events to the run's events.jsonl. Returns galen's exit code: that of the job, 1 if no further restart is allowed, 130 after Ctrl-C, and
/// 75 after another stop signal, unless the job ended otherwise.
int supervise(const LaunchOptions& options, const LaunchedCommand& command, Surroundings surroundings);

}  // namespace galen::launch
