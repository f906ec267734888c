#pragma once

#include <chrono>
#include <optional>

namespace galen::launch {

/// When the batch system will end the job that this process belongs to: SLURM_JOB_END_TIME, seconds since 1970. Slurm sets it from 23.02
/// on, the job scripts in launch/slurm always. Nothing where it is not set or lies in the past: then it is an earlier job's, left in a
/// shell. Another value than a number throws galen::UsageError.
std::optional<std::chrono::system_clock::time_point> job_end();

}  // namespace galen::launch
