#include "launch/starting/machine.h"

#include "galen/control_groups.h"
#include "galen/cuda_driver.h"
#include "galen/error.h"

#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

namespace galen::launch {

namespace {

constexpr std::chrono::seconds kDriverAnswers(60);  // starting many GPUs takes about ten seconds

// Hardware threads of one core list the same siblings. If the kernel does not list them, each counts as a core.
int physical_cores() {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof(mine), &mine) != 0) return 1;
  std::set<std::string> cores;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &mine)) continue;
    std::string siblings;
    std::ifstream(fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", processor)) >> siblings;
    cores.insert(siblings.empty() ? fmt::format("{}", processor) : siblings);
  }
  return std::max(1, static_cast<int>(cores.size()));
}

int within_limit(int cores) {
  const std::optional<double> processors = processor_limit();
  return processors ? std::clamp(static_cast<int>(std::ceil(*processors)), 1, cores) : cores;
}

int count_memory_nodes() {
  int nodes = 0;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/devices/system/node", absent)) {
    const std::string name = entry.path().filename().string();
    nodes += name.starts_with("node") && name.size() > 4 && name[4] >= '0' && name[4] <= '9' ? 1 : 0;
  }
  return std::max(1, nodes);
}

int ask_driver() {
  const std::optional<CudaDriver> driver = CudaDriver::load();
  return driver ? driver->count_gpus() : 0;
}

// In a separate process: the driver keeps GPUs open, and its threads would receive signals.
int gpus_of_driver() {
  const pid_t child = fork();
  if (child == 0) _exit(std::min(ask_driver(), 255));
  if (child < 0) return 0;
  int status = 0;
  const auto end = std::chrono::steady_clock::now() + kDriverAnswers;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) {
      kill(child, SIGKILL);  // not waited for: it may be blocked in the kernel
      throw Error(
          "the GPU driver has not answered for {} s (cuInit in libcuda.so.1). Check nvidia-smi and the system's log, or use --device "
          "cpu.",
          kDriverAnswers.count());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

}  // namespace

Machine examine_this_machine(bool count_gpus) {
  return {.cores = within_limit(physical_cores()),
          .memory_nodes = count_memory_nodes(),
          .gpus = count_gpus ? gpus_of_driver() : 0,
          .root = geteuid() == 0};
}

}  // namespace galen::launch
