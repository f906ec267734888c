#pragma once

#include <exception>
#include <string>

namespace galen::launch {

/// A failure as it is reported to the user.
struct Failure {
  std::string message;
  int exit_code;
  bool is_everywhere = false;  ///< all ranks find it: a mistake in the command itself
};

/// The text of Galen's own errors, which say what to do; others are described by their kind.
Failure describe(std::exception_ptr error);

/// "galen: message" on stderr, one wrapped paragraph.
void print_failure(const std::string& message);

/// For --debug: an uncaught exception prints the stack from which it was thrown, and the program aborts.
void trace_uncaught_exceptions();

}  // namespace galen::launch
