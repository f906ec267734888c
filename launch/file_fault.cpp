#include "launch/file_fault.h"

#include "launch/exit_code.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace galen::launch {

namespace {

void say(const char* text) { [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text)); }

// Of a line of /proc/self/maps, "begin-end rwxp offset device inode   path": its path, if it maps `address`.
const char* path_if_mapped(char* line, std::uintptr_t address) {
  char* end = nullptr;
  const std::uintptr_t first = std::strtoull(line, &end, 16);
  const std::uintptr_t last = *end == '-' ? std::strtoull(end + 1, &end, 16) : 0;
  return first <= address && address < last ? std::strchr(line, '/') : nullptr;
}

// Nothing here allocates or locks, as the program may have been anywhere.
void say_path_mapped_at(std::uintptr_t address) {
  static char text[8192];
  const int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  std::size_t kept = 0;
  for (ssize_t count; maps >= 0 && (count = ::read(maps, text + kept, sizeof text - 1 - kept)) > 0;) {
    char* const end = text + kept + count;
    *end = '\0';
    char* line = text;
    for (char* newline; (newline = std::strchr(line, '\n')) != nullptr; line = newline + 1) {
      *newline = '\0';
      if (const char* path = path_if_mapped(line, address)) return say(path);
    }
    kept = static_cast<std::size_t>(end - line);
    if (kept == sizeof text - 1) kept = 0;  // a line longer than any path
    std::memmove(text, line, kept);
  }
  say("a data file");
}

extern "C" void handle_file_fault(int, siginfo_t* info, void*) {
  say("galen: ");
  say_path_mapped_at(reinterpret_cast<std::uintptr_t>(info->si_addr));
  say(": the file became shorter while it was read, or its disk failed. Do not change a data set in use; copy or import it again.\n");
  ::_exit(kFailed);
}

}  // namespace

void explain_file_faults() {
  struct sigaction action = {};
  action.sa_sigaction = handle_file_fault;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace galen::launch
