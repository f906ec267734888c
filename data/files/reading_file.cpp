#include "data/files/reading_file.h"

#include "data/hdf5/in_library.h"
#include "data/reading/mapped_ranges.h"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace galen::data {

namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
constexpr int kFailed = 1;  // exit code
constexpr std::size_t kStackBytes = std::size_t{1} << 16;

thread_local const char* file_in_use = nullptr;
std::array<struct sigaction, kSignals.size()> previous;

// The stack that handlers run on in one thread. A sanitizer's stays.
class HandlerStack {
 public:
  HandlerStack() {
    stack_t before = {};
    if (::sigaltstack(nullptr, &before) != 0 || (before.ss_flags & SS_DISABLE) == 0) return;
    memory_ = std::make_unique<char[]>(kStackBytes);
    stack_t stack = {};
    stack.ss_sp = memory_.get();
    stack.ss_size = kStackBytes;
    ::sigaltstack(&stack, nullptr);
  }
  ~HandlerStack() {
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    if (memory_) ::sigaltstack(&none, nullptr);
  }
  HandlerStack(const HandlerStack&) = delete;
  HandlerStack& operator=(const HandlerStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

void have_stack() { [[maybe_unused]] thread_local const HandlerStack stack; }

// Calls nothing but what signal handlers may.
void say(const char* file, const char* what) {
  const auto part = [](const char* text) { return iovec{const_cast<char*>(text), std::strlen(text)}; };
  const std::array line = {part("galen: "), part(file), part(what)};
  [[maybe_unused]] const ssize_t written = ::writev(STDERR_FILENO, line.data(), static_cast<int>(line.size()));
}

// abort() sends its signal to the thread itself; others that are sent are no crash.
bool is_crash(int signal, const siginfo_t& info) {
  return info.si_code > 0 || (signal == SIGABRT && info.si_code == SI_TKILL && info.si_pid == ::getpid());
}

extern "C" void explain(int signal, siginfo_t* info, void*) {
  const bool crash = is_crash(signal, *info);
  if (crash && signal == SIGBUS) {
    if (const char* cut = file_mapped_at(info->si_addr)) {
      say(cut, ": the file was cut short while it was being read, or its disk failed. Nobody may write to it now.\n");
      ::_exit(kFailed);
    }
  }
  if (crash && file_in_use != nullptr && hdf5::InLibrary::is_now()) {
    say(file_in_use, ": the file is damaged: reading it crashed the HDF5 library. Copy or import it again.\n");
    ::_exit(kFailed);
  }
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] == signal) ::sigaction(signal, &previous[i], nullptr);  // a crash comes again on return, and finds the other handler
  }
  if (info->si_code <= 0) ::raise(signal);  // what was sent does not
}

}  // namespace

ReadingFile::ReadingFile(const std::string& file) : outer_(std::exchange(file_in_use, file.c_str())) { have_stack(); }

ReadingFile::~ReadingFile() { file_in_use = outer_; }

void explain_crashes() {
  have_stack();
  struct sigaction action = {};
  action.sa_sigaction = explain;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction replaced = {};
    ::sigaction(kSignals[i], &action, &replaced);
    if ((replaced.sa_flags & SA_SIGINFO) == 0 || replaced.sa_sigaction != explain) previous[i] = replaced;
  }
}

}  // namespace galen::data
