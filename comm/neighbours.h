#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::comm {

/// The state that a process publishes to the other ranks of its job on the same machine, in memory that they read through /proc: it
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
  Signs* signs_ = nullptr;  // null if the kernel gives no memory: nothing is published
};

/// Another rank of this process's job on this machine.
struct Neighbour {
  int rank = 0;  ///< in MPI_COMM_WORLD
  pid_t process = 0;
  bool stopped = false;     ///< by a signal, such as SIGSTOP
  bool traced = false;      ///< a debugger is attached
  bool waits = false;       ///< for other ranks, according to its board
  std::string doing;        ///< according to its board; empty: it has not started, or cannot be read
  double computed = 0;      ///< processor time used, in seconds
  std::uint64_t moved = 0;  ///< bytes that its main thread has read and written
};

/// The ranks that Open MPI's mpirun started and that this user may inspect, by rank, without this process. Empty with other launchers.
std::vector<Neighbour> look_around();

/// The number of neighbours according to mpirun; 0 if unknown.
int expected_neighbours();

/// Whether that process is stopped; empty if it has ended.
std::optional<bool> is_stopped(pid_t process);

}  // namespace galen::comm
