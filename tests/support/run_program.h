#pragma once

#include "tests/support/temporary_folder.h"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace galen::test {

struct ProgramOptions {
  std::vector<std::string> environment = {};  ///< "NAME=value", beside those of the test; "NAME" alone removes it
  std::filesystem::path folder = {};          ///< to start in; empty: the test's own
  std::chrono::seconds patience{300};         ///< until the program and its children are killed
};

struct ProgramResult {
  int exit_code = 0;  ///< 128 + the signal if it was ended by one, as in a shell
  bool timed_out = false;
  std::string output;  ///< what it wrote to stdout
  std::string errors;  ///< what it wrote to stderr
};

/// A program that runs in parallel with the test, without standard input.
class Program {
 public:
  /// Starts `command`: a program, found along PATH, and its arguments. Throws galen::Error where it cannot be started.
  explicit Program(const std::vector<std::string>& command, ProgramOptions options = {});
  ~Program();  ///< kills it, where it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;

  /// What it wrote so far.
  std::string output() const;
  std::string errors() const;

  /// Waits for its end.
  ProgramResult finish();

 private:
  bool wait_until(std::chrono::steady_clock::time_point deadline);
  void kill_all();

  TemporaryFolder files_;
  ProgramOptions options_;
  std::chrono::steady_clock::time_point started_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool running_ = false;
};

/// Program(command, options).finish().
ProgramResult run_program(const std::vector<std::string>& command, const ProgramOptions& options = {});

}  // namespace galen::test
