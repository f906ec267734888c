#include "tests/support/run_program.h"

#include "galen/error.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

namespace galen::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

std::string name_of(const std::string& variable) { return variable.substr(0, variable.find('=')); }

// Programs start MPI, which leaks memory: the leak sanitizer checks the tests themselves, not the programs they run.
std::vector<std::string> environment_with(std::vector<std::string> changes) {
  changes.emplace_back("ASAN_OPTIONS=detect_leaks=0");
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const auto same = [&](const std::string& change) { return name_of(change) == name_of(*entry); };
    if (std::none_of(changes.begin(), changes.end(), same)) result.emplace_back(*entry);
  }
  std::copy_if(changes.begin(), changes.end(), std::back_inserter(result),
               [](const std::string& c) { return c.find('=') != std::string::npos; });
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Program::Program(const std::vector<std::string>& command, ProgramOptions options)
    : options_(std::move(options)), started_(steady_clock::now()) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(options_.environment);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (files_ / "output").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (files_ / "errors").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!options_.folder.empty()) posix_spawn_file_actions_addchdir_np(&files, options_.folder.c_str());

  // A separate process group, so that its children can be killed with it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);

  const int code =
      posix_spawnp(&pid_, arguments.front().c_str(), &files, &attributes, pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (code != 0) throw Error("{} does not start: {}", command.front(), std::strerror(code));
  running_ = true;
}

Program::~Program() {
  if (running_) kill_all();
}

void Program::signal(int number) const { ::kill(pid_, number); }

std::string Program::output() const { return read_file(files_ / "output"); }

std::string Program::errors() const { return read_file(files_ / "errors"); }

ProgramResult Program::finish() {
  ProgramResult result;
  result.timed_out = !wait_until(started_ + options_.patience);
  if (result.timed_out) kill_all();
  result.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  result.output = output();
  result.errors = errors();
  return result;
}

bool Program::wait_until(steady_clock::time_point deadline) {
  while (running_) {
    running_ = waitpid(pid_, &status_, WNOHANG) == 0;
    if (!running_) break;
    if (steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

void Program::kill_all() {
  ::kill(-pid_, SIGTERM);  // mpirun ends its ranks
  if (!wait_until(steady_clock::now() + 5s)) ::kill(-pid_, SIGKILL);
  wait_until(steady_clock::time_point::max());
}

ProgramResult run_program(const std::vector<std::string>& command, const ProgramOptions& options) {
  return Program(command, options).finish();
}

}  // namespace galen::test
