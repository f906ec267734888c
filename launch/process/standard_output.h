#pragma once

namespace galen::launch {

/// Standard output that never ends the program: what cannot be written (the reader of a pipe is gone, the disk is full) is dropped, and
/// noted for the end. Makes SIGPIPE and SIGXFSZ errors of the writes that they belong to. One a process, first in main().
class StandardOutput {
 public:
  StandardOutput();

  /// Writes what is left. Returns the exit code of a command that ends with `exit_code`: kFailed where it ends well but some of its output
  /// is lost, after saying so on standard error. `kept`: the same is in files, so that the loss is only a note.
  int end(int exit_code, bool kept) const;
};

}  // namespace galen::launch
