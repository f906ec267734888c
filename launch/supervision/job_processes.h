#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace galen::launch {

/// The variable that marks all processes of a job, on every host: GALEN_JOB=ID.
inline constexpr char kJobVariable[] = "GALEN_JOB";

/// A unique id.
std::string make_job_id();

/// Processes on this machine that have the job's mark and that this user can see.
std::vector<pid_t> processes_of(const std::string& job);

/// Children of mpirun that run this program: its workers on this machine.
std::vector<pid_t> workers_of(pid_t mpirun);

/// Total processor time of the processes.
std::chrono::duration<double> computed_by(const std::vector<pid_t>& processes);

/// Kills the processes, and waits until they have ended, for at most `patience`.
void kill_processes_of(const std::string& job, std::chrono::milliseconds patience);

/// A shell command that kills them on another host.
std::string command_to_kill(const std::string& job);

}  // namespace galen::launch
