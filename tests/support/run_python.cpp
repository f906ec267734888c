#include "tests/support/run_python.h"

#include "galen/error.h"
#include "tests/support/places.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace galen::test {

namespace {

class Interpreter {
 public:
  Interpreter() {
    std::array<int, 2> requests{}, answers{};
    if (::pipe2(requests.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
      throw Error("no pipe: {}", std::strerror(errno));
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, requests[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, answers[1], STDOUT_FILENO);
    std::string program = python().value(), script = source_folder() / "tests/support/forking_python.py";
    const std::array<char*, 3> command = {program.data(), script.data(), nullptr};
    const int code = ::posix_spawn(&process_, program.c_str(), &files, nullptr, command.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(requests[0]);
    ::close(answers[1]);
    requests_ = requests[1];
    answers_ = answers[0];
    if (code != 0) throw Error("{} does not start: {}", program, std::strerror(code));
  }

  ~Interpreter() {
    ::close(requests_);  // at which it ends
    ::close(answers_);
    ::waitpid(process_, nullptr, 0);
  }
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// Returns the exit code, or minus the signal that ended the script.
  int run(const std::vector<std::string>& fields) {
    std::string request = std::to_string(fields.size());
    for (const std::string& field : fields) request.append(1, '\0').append(field);
    request.push_back('\0');
    const auto size = static_cast<ssize_t>(request.size());
    std::string answer;
    char byte = 0;
    bool whole = ::write(requests_, request.data(), request.size()) == size;
    while (whole && (whole = ::read(answers_, &byte, 1) == 1) && byte != '\n') answer.push_back(byte);
    if (!whole) throw Error("{}: has ended", python().value());
    return std::atoi(answer.c_str());
  }

 private:
  pid_t process_ = -1;
  int requests_ = -1, answers_ = -1;
};

}  // namespace

ProgramResult run_python(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  static Interpreter interpreter;
  const TemporaryFolder files;
  std::vector<std::string> fields = {folder, files.write("output", ""), files.write("errors", "")};
  fields.insert(fields.end(), arguments.begin(), arguments.end());
  const int code = interpreter.run(fields);
  ProgramResult result;
  result.exit_code = code >= 0 ? code : 128 - code;
  result.output = read_file(files / "output");
  result.errors = read_file(files / "errors");
  return result;
}

}  // namespace galen::test
