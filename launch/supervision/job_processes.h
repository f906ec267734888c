#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace galen::launch {

/// The variable that marks all processes of a job, on every host: GALEN_JOB=ID.
inline constexpr char kJobVariable[] = "GALEN_JOB";

/// An id that no other job has.
std::string make_job_id();

/// Processes of this machine that carry the job's mark and that this user may see.
std::vector<pid_t> processes_of(const std::string& job);

/// Children of mpirun that run this program: its workers on this machine.
std::vector<pid_t> workers_of(pid_t mpirun);

/// Processor time that they have used, all together.
std::chrono::duration<double> computed_by(const std::vector<pid_t>& processes);

/// Ends them at once, and waits until they have ended, for `patience` at most.
void kill_processes_of(const std::string& job, std::chrono::milliseconds patience);

/// A shell's command that ends them on another host.
std::string command_to_kill(const std::string& job);

}  // namespace galen::launch
