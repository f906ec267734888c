#include "comm/mpi_group.h"

#include "galen/error.h"

#include <exception>
#include <utility>

namespace galen::comm {

void check_mpi(int code, const char* operation) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw Error("{} failed in MPI: {}. Most often another worker has ended: look for its message.", operation, text);
}

MpiGroup::MpiGroup(MPI_Comm group) : group_(group) { check_mpi(MPI_Comm_set_errhandler(group_, MPI_ERRORS_RETURN), "set-up of a group"); }

MpiGroup::MpiGroup(MpiGroup&& other) noexcept : group_(std::exchange(other.group_, MPI_COMM_NULL)) {}

// Freeing is collective: not during an exception on this rank alone, and not after MPI has been finalized.
MpiGroup::~MpiGroup() {
  int finished = 0;
  MPI_Finalized(&finished);
  if (group_ != MPI_COMM_NULL && !finished && std::uncaught_exceptions() == 0) MPI_Comm_free(&group_);
}

MpiGroup MpiGroup::duplicate(MPI_Comm group) {
  MPI_Comm own = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(group, &own), "duplication of a group");
  return MpiGroup(own);
}

}  // namespace galen::comm
