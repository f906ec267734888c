#pragma once

#include <exception>
#include <string>

namespace galen::launch {

/// A failure as it is reported to the person who started the program.
struct Failure {
  std::string message;
  int exit_code;
  bool is_everywhere = false;  ///< all ranks find it alike: a mistake in the command itself
};

/// Galen's own errors say what to do; of others, say what they are.
Failure describe(std::exception_ptr error);

/// "galen: message" on stderr, one wrapped paragraph.
void print_failure(const std::string& message);

/// For --debug: an exception that is not caught prints the stack it was thrown from, and the program aborts.
void trace_uncaught_exceptions();

}  // namespace galen::launch
