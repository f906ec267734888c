#pragma once

#include <chrono>
#include <optional>

namespace galen::launch {

/// When the batch system will end the job of this process: SLURM_JOB_END_TIME, seconds since 1970. Slurm sets it from 23.02 on, the job
/// scripts in launch/slurm always. None if it is not set or in the past: then it is of an earlier job, and was left in the environment.
/// Throws galen::UsageError for a value that is not a number.
std::optional<std::chrono::system_clock::time_point> job_end();

}  // namespace galen::launch
