#pragma once

namespace galen::launch {

/// From now on, a data file that shrinks while it is read, or whose disk fails, ends the program with a sentence that names the file. (A
/// mapped file has no call that could return an error: the kernel sends SIGBUS.) After MPI_Init, which has a handler of its own for it.
void explain_file_faults();

}  // namespace galen::launch
