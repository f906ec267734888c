#include "comm/end_guard.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace galen::comm {

namespace {

constexpr long kTick = 100'000'000;  // ns

// proc(5): the process number, the name in parentheses, the state.
bool is_stopped(const char* stat_file) {
  std::array<char, 256> text{};
  const int file = open(stat_file, O_RDONLY);
  if (file < 0) return false;
  const ssize_t count = read(file, text.data(), text.size() - 1);
  close(file);
  const char* name_end = count > 0 ? strrchr(text.data(), ')') : nullptr;
  return name_end != nullptr && name_end[1] == ' ' && name_end[2] == 'T';
}

// Other threads may hold any lock: only system calls here.
[[noreturn]] void guard(pid_t process, const char* stat_file, long ticks, const std::string& message) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "galen-guard");
  syscall(SYS_close_range, 0, STDERR_FILENO - 1, 0);  // mpirun waits until the output is closed
  syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
  long stopped = 0;
  while (getppid() == process) {
    const timespec tick{0, kTick};
    nanosleep(&tick, nullptr);
    stopped = is_stopped(stat_file) ? stopped + 1 : 0;
    if (stopped <= ticks) continue;
    [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, message.data(), message.size());
    kill(process, SIGKILL);
    break;
  }
  _exit(0);
}

}  // namespace

void guard_end(std::chrono::milliseconds deadline, const std::string& message) {
  if (deadline.count() <= 0) return;
  const pid_t process = getpid();
  std::array<char, 64> stat_file{};
  std::snprintf(stat_file.data(), stat_file.size(), "/proc/%d/stat", static_cast<int>(process));
  const long ticks = std::max<long>(1, deadline.count() * 1'000'000 / kTick);
  if (fork() == 0) guard(process, stat_file.data(), ticks, message);
}

}  // namespace galen::comm
