#pragma once

#include <string>

namespace galen::data {

/// Says that this thread reads `file` while the object lives; may be nested, the innermost counts. The first one of a thread gives it a
/// stack for handlers of signals, as a crash may come of a full stack.
class ReadingFile {
 public:
  explicit ReadingFile(const std::string& file);  ///< `file` outlives the object
  ~ReadingFile();
  ReadingFile(const ReadingFile&) = delete;
  ReadingFile& operator=(const ReadingFile&) = delete;

 private:
  const char* outer_;
};

/// From now on a crash that a file is to blame for ends the process with exit code 1 after one sentence on stderr that names the file:
/// SIGBUS at an address where a file is mapped (data/reading/mapped_ranges.h), which others cut short; and SIGSEGV, SIGBUS, SIGFPE or
/// SIGABRT in a call of the HDF5 library by a thread that reads a file, as the library follows some damaged metadata into foreign memory.
/// All others, those of our own code and those that somebody sends, go on to whoever handled them before; so call it behind MPI_Init.
void explain_crashes();

}  // namespace galen::data
