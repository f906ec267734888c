#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::comm {

/// What a process says of itself to the other ranks of its job on the same machine: in memory that they read through /proc, so that it
/// needs no MPI, and can be read while its owner is stopped. One a process, written by its main thread.
class SignBoard {
 public:
  SignBoard();
  ~SignBoard();
  SignBoard(const SignBoard&) = delete;
  SignBoard& operator=(const SignBoard&) = delete;

  void works_in(const char* phase);
  void waits_in(const char* operation);        ///< for other ranks, until the next call
  void still_waits_in(const char* operation);  ///< for other ranks, for the next second

 private:
  struct Signs;
  friend std::vector<struct Neighbour> look_around();
  void write(const char* doing, std::int64_t waits_until);

  int descriptor_ = -1;
  Signs* signs_ = nullptr;  // null where the kernel gives no memory: then nothing is said
};

/// Another rank of this process's job on this machine.
struct Neighbour {
  int rank = 0;  ///< in MPI_COMM_WORLD
  pid_t process = 0;
  bool stopped = false;     ///< by a signal, such as SIGSTOP
  bool traced = false;      ///< a debugger holds it
  bool waits = false;       ///< for other ranks, as its board says
  std::string doing;        ///< as its board says; empty: it has not begun, or cannot be looked at
  double computed = 0;      ///< seconds of processor time that it has used
  std::uint64_t moved = 0;  ///< bytes that its main thread has read and written
};

/// Those that Open MPI's mpirun started and that this user may see, by rank, without this process. Empty elsewhere.
std::vector<Neighbour> look_around();

/// How many there must be, by what mpirun says; 0 where it says nothing.
int expected_neighbours();

/// Whether that process is stopped; nothing where it is gone.
std::optional<bool> is_stopped(pid_t process);

}  // namespace galen::comm
