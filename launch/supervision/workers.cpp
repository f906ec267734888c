#include "launch/supervision/workers.h"

#include "launch/supervision/job_processes.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iterator>

namespace galen::launch {

using namespace std::chrono_literals;

namespace {

constexpr auto kOthersFollow = 2s;  // after the first one has started
constexpr auto kFirstComes = 60s;   // if any start on this machine

}  // namespace

Workers::~Workers() {
  for (const auto& [process, file] : files_) close(file);
}

void Workers::look() {
  const auto now = Clock::now();
  const bool they_come = now - came_ < (any() ? kOthersFollow : kFirstComes);
  if (now - searched_ >= (they_come ? 100ms : 1000ms) && !first_gone_) {
    searched_ = now;
    find();
  }
  for (auto worker = files_.begin(); worker != files_.end();) {
    pollfd ended{worker->second, POLLIN, 0};
    if (poll(&ended, 1, 0) <= 0) {
      ++worker;
      continue;
    }
    if (!first_gone_) first_gone_ = now;
    close(worker->second);
    worker = files_.erase(worker);
  }
}

// A pidfd for each process, because its number may be reused.
void Workers::find() {
  for (const pid_t process : workers_of(mpirun_)) {
    if (files_.contains(process)) continue;
    const auto file = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    if (file < 0) continue;
    files_.emplace(process, file);
    came_ = Clock::now();
  }
}

std::vector<int> Workers::files() const {
  std::vector<int> files;
  for (const auto& [process, file] : files_) files.push_back(file);
  return files;
}

void Workers::signal(int number) const {
  for (const auto& [process, file] : files_) syscall(SYS_pidfd_send_signal, file, number, nullptr, 0);
}

}  // namespace galen::launch
