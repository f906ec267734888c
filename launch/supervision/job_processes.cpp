#include "launch/supervision/job_processes.h"

#include "comm/process_table.h"
#include "galen/host.h"
#include "launch/starting/hosts.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Each variable ends with a zero byte.
bool carries_mark(const std::string& environment, const std::string& mark) {
  const std::size_t at = environment.find(mark);
  return at != std::string::npos && (at == 0 || environment[at - 1] == '\0');
}

}  // namespace

std::string make_job_id() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{}.{}.{}", host_name(), getpid(), std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::vector<pid_t> processes_of(const std::string& job) {
  const std::string mark = fmt::format("{}={}{}", kJobVariable, job, '\0');
  std::vector<pid_t> processes;
  comm::for_each_process([&](pid_t process) {
    if (carries_mark(comm::read_whole(fmt::format("/proc/{}/environ", process)), mark) && !comm::has_ended(comm::stat_of(process)))
      processes.push_back(process);
  });
  return processes;
}

std::vector<pid_t> workers_of(pid_t mpirun) {
  std::error_code unreadable;
  const fs::path program = fs::read_symlink("/proc/self/exe", unreadable);
  std::vector<pid_t> workers;
  comm::for_each_process([&](pid_t process) {
    const std::vector<std::string> stat = comm::stat_of(process);
    const bool child = stat.size() > 1 && stat[0] != "Z" && stat[1] == fmt::format("{}", mpirun);
    if (child && fs::read_symlink(fmt::format("/proc/{}/exe", process), unreadable) == program) workers.push_back(process);
  });
  return workers;
}

std::chrono::duration<double> computed_by(const std::vector<pid_t>& processes) {
  constexpr std::size_t kUser = 11, kSystem = 12;  // fields 14 and 15 of proc(5), counted from the state
  double ticks = 0;
  for (const pid_t process : processes) {
    const std::vector<std::string> stat = comm::stat_of(process);
    if (stat.size() > kSystem) ticks += std::strtod(stat[kUser].c_str(), nullptr) + std::strtod(stat[kSystem].c_str(), nullptr);
  }
  return std::chrono::duration<double>(ticks / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

void kill_processes_of(const std::string& job, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (std::vector<pid_t> left = processes_of(job); !left.empty(); left = processes_of(job)) {
    for (const pid_t process : left) kill(process, SIGKILL);
    if (std::chrono::steady_clock::now() >= end) return;
    std::this_thread::sleep_for(10ms);
  }
}

std::string command_to_kill(const std::string& job) {
  return fmt::format("for p in /proc/[0-9]*; do grep -qzx {}={} $p/environ 2>/dev/null && kill -9 ${{p#/proc/}} 2>/dev/null; done; true",
                     kJobVariable, job);
}

}  // namespace galen::launch
