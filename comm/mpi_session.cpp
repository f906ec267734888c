#include "comm/mpi_communicator.h"
#include "galen/error.h"

#include <exception>

namespace galen::comm {

MpiSession::MpiSession(int& argc, char**& argv, Watchdog* watchdog) : watchdog_(watchdog) {
  int started = 0;
  MPI_Initialized(&started);
  if (started) return;
  const Watchdog::Waiting waiting(watchdog_, "start of MPI");
  int provided = MPI_THREAD_SINGLE;
  // Galen calls MPI from one thread at a time, which need not be the one that initialized it.
  if (MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
    throw Error("MPI does not start. Check the installation with: mpirun -np 1 hostname");
  owner_ = true;
  // Open MPI reports errors of pending collectives to this handler, whatever their group.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (provided < MPI_THREAD_SERIALIZED)
    throw Error("This MPI library does not allow calls from more than one thread (MPI_THREAD_SERIALIZED). Use one built with threads.");
}

MpiSession::~MpiSession() {
  // MPI_Finalize waits for all ranks. During an exception on this rank the others may wait for it in a collective: skip
  // MPI_Finalize, and mpirun ends the job.
  int finished = 0;
  MPI_Finalized(&finished);
  if (!owner_ || finished || std::uncaught_exceptions() > 0) return;
  const Watchdog::Waiting waiting(watchdog_, "end of MPI");
  MPI_Finalize();
}

}  // namespace galen::comm
