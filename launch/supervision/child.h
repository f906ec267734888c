#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// A child process: in its own process group, so that a terminal's Ctrl-C does not reach it, without standard input, and with all signals
/// at their defaults. It gets SIGTERM if this program ends before it.
class Child {
 public:
  /// `variables` are added to the environment of this process. Throws galen::Error if the program cannot be started.
  Child(const std::vector<std::string>& command, const std::vector<std::pair<std::string, std::string>>& variables = {});
  ~Child();  ///< kills it and its group, if it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t id() const { return id_; }
  int output() const { return output_; }  ///< to read from, without blocking
  int errors() const { return errors_; }

  /// Its exit code, 128 + the signal if it was ended by one; none while it runs.
  std::optional<int> exit_code();

  void signal(int number);
  void signal_group(int number);

 private:
  pid_t id_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace galen::launch
