#include "launch/supervision/child.h"

#include "galen/error.h"
#include "galen/missing_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace galen::launch {

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("A pipe cannot be made: {}.", std::strerror(errno));
  return {ends[0], ends[1]};
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Runs in the new process, which has only this thread: nothing here may throw, or return.
[[noreturn]] void become(const std::vector<char*>& command, pid_t parent, const Pipe& output, const Pipe& errors, const Pipe& failure) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);  // the parent ended before that
  reset_signals();
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(output.write, STDOUT_FILENO);
  dup2(errors.write, STDERR_FILENO);
  execvp(command.front(), command.data());
  const int reason = errno;
  [[maybe_unused]] const ssize_t told = write(failure.write, &reason, sizeof(reason));
  _exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> words = command;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const Pipe output = make_pipe(), errors = make_pipe(), failure = make_pipe();
  const pid_t parent = getpid();
  id_ = fork();
  if (id_ < 0) throw Error("{} cannot be started: {}.", command.front(), std::strerror(errno));
  if (id_ == 0) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    become(pointers, parent, output, errors, failure);
  }
  setpgid(id_, id_);  // parent and child both call it, because either may be first
  for (const Pipe& pipe : {output, errors, failure}) close(pipe.write);
  output_ = output.read;
  errors_ = errors.read;
  int reason = 0;
  const bool failed = read(failure.read, &reason, sizeof(reason)) > 0;  // empty once the program runs
  close(failure.read);
  for (const int file : {output_, errors_}) fcntl(file, F_SETFL, O_NONBLOCK);
  if (!failed) return;
  waitpid(id_, nullptr, 0);
  close(output_);
  close(errors_);
  const bool is_path = command.front().find('/') != std::string::npos;
  if (is_path && reason == ENOENT) throw MissingFile("{}: the program does not exist. Check the path.", command.front());
  throw Error("{} cannot be started: {}. galen doctor shows what is installed.", command.front(), std::strerror(reason));
}

Child::~Child() {
  if (!exit_code()) {
    signal_group(SIGKILL);
    // The process may be blocked in the kernel, in a call to a disk that does not respond: then it is left to the system.
    for (int turn = 0; turn < 500 && !exit_code(); ++turn) usleep(10'000);
  }
  close(output_);
  close(errors_);
}

std::optional<int> Child::exit_code() {
  int status = 0;
  if (!exit_code_ && waitpid(id_, &status, WNOHANG) == id_) exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

void Child::signal(int number) {
  if (!exit_code()) kill(id_, number);
}

void Child::signal_group(int number) { kill(-id_, number); }

}  // namespace galen::launch
