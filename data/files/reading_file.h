#pragma once

#include <string>

namespace galen::data {

/// Says that this thread reads `file` (or asks HDF5 about it) while the object lives; may be nested, the innermost counts.
class ReadingFile {
 public:
  explicit ReadingFile(const std::string& file);  ///< `file` outlives the object
  ~ReadingFile();
  ReadingFile(const ReadingFile&) = delete;
  ReadingFile& operator=(const ReadingFile&) = delete;

 private:
  const char* outer_;
};

/// From now on a signal that says of a crash (SIGSEGV, SIGBUS, SIGFPE, SIGABRT) and strikes a thread that reads a file ends the process
/// with exit code 1 after one sentence on stderr that names the file. Others go on to whoever handled them before; so call it behind
/// MPI_Init.
///
/// For what no check can prevent: the HDF5 library follows some damaged metadata into foreign memory, and a file that others cut short
/// while it is mapped has pages that cannot be read.
void explain_crashes();

}  // namespace galen::data
