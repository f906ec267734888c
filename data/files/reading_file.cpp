#include "data/files/reading_file.h"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <utility>

namespace galen::data {

namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
constexpr int kFailed = 1;  // exit code

thread_local const char* file_in_use = nullptr;

// Handlers are handed nothing but the signal's number.
std::array<struct sigaction, kSignals.size()> previous;
alignas(std::max_align_t) char handler_stack[std::size_t{1} << 16];  // a crash may come of a full stack

// Calls nothing but what signal handlers may.
void say(const char* file, int signal) {
  const char* what = signal == SIGBUS
                         ? ": the file was cut short while it was being read, or its disk failed. Nobody may write to it now.\n"
                         : ": the file is damaged: reading it crashed the HDF5 library. Copy or import it again.\n";
  const auto part = [](const char* text) { return iovec{const_cast<char*>(text), std::strlen(text)}; };
  const std::array line = {part("galen: "), part(file), part(what)};
  [[maybe_unused]] const ssize_t written = ::writev(STDERR_FILENO, line.data(), static_cast<int>(line.size()));
}

extern "C" void explain(int signal) {
  if (file_in_use != nullptr) {
    say(file_in_use, signal);
    ::_exit(kFailed);
  }
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] == signal) ::sigaction(signal, &previous[i], nullptr);  // comes again on return, and finds the other handler
  }
}

}  // namespace

ReadingFile::ReadingFile(const std::string& file) : outer_(std::exchange(file_in_use, file.c_str())) {}

ReadingFile::~ReadingFile() { file_in_use = outer_; }

void explain_crashes() {
  stack_t stack = {};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = explain;
  action.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction replaced = {};
    ::sigaction(kSignals[i], &action, &replaced);
    if (replaced.sa_handler != explain) previous[i] = replaced;
  }
}

}  // namespace galen::data
