#include "comm/mpi_communicator.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace galen::comm {

namespace {

using namespace std::chrono_literals;

constexpr int kSpokenTag = 30011;  // of the notice that the message is printed

/// True as soon as another rank's notice arrives, false after `patience`.
bool another_speaks(MPI_Comm group, std::chrono::microseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  int heard = 0;
  while (MPI_Iprobe(MPI_ANY_SOURCE, kSpokenTag, group, &heard, MPI_STATUS_IGNORE) == MPI_SUCCESS && !heard) {
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(1ms);
  }
  return heard != 0;
}

void tell_others(MPI_Comm group, int rank, int size) {
  for (int other = 0; other < size; ++other) {
    if (other == rank) continue;
    MPI_Request notice = MPI_REQUEST_NULL;  // never waited for: an empty message is sent at once, and MPI_Abort follows
    MPI_Isend(nullptr, 0, MPI_BYTE, other, kSpokenTag, group, &notice);
  }
}

}  // namespace

// Ranks that fail for the same reason fail at about the same time. Each rank waits for a delay that grows with its rank, and
// prints its message unless another rank's notice has arrived by then. All delays together take at most two seconds.
void abort_job(MPI_Comm group, const std::string& message, int exit_code) {
  int rank = 0, size = 1;
  MPI_Comm_set_errhandler(group, MPI_ERRORS_RETURN);
  MPI_Comm_rank(group, &rank);
  MPI_Comm_size(group, &size);

  const auto moment = std::min<std::chrono::microseconds>(std::chrono::microseconds(2s) / size, 50ms);
  if (another_speaks(group, rank * moment)) {
    std::this_thread::sleep_for(10s);  // the MPI_Abort of the rank that printed ends this process here
  } else {
    std::fflush(stdout);
    std::fprintf(stderr, "galen: rank %d: %s\n", rank, message.c_str());
    std::fflush(stderr);
    tell_others(group, rank, size);
  }
  MPI_Abort(group, exit_code);
  std::_Exit(exit_code);
}

}  // namespace galen::comm
