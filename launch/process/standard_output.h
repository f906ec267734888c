#pragma once

namespace galen::launch {

/// Standard output that never ends the program: output that cannot be written (a pipe without a reader, a full disk) is dropped, and
/// reported at the end. SIGPIPE and SIGXFSZ become write errors. One per process, created first in main().
class StandardOutput {
 public:
  StandardOutput();

  /// Writes what is left. Returns the exit code of a command that ends with `exit_code`: kFailed if the command succeeded but output was
  /// lost, after a message on standard error. `kept`: the results are in files as well, so the loss is only noted.
  int end(int exit_code, bool kept) const;
};

}  // namespace galen::launch
