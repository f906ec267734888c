#pragma once

#include <mpi.h>

namespace galen::comm {

/// Throws galen::Error unless `code`, returned by an MPI call within `operation`, is success.
void check_mpi(int code, const char* operation);

/// Owns an MPI communicator, whose errors are set to return codes.
class MpiGroup {
 public:
  /// Takes ownership of `group`.
  explicit MpiGroup(MPI_Comm group);
  MpiGroup(MpiGroup&& other) noexcept;
  MpiGroup& operator=(MpiGroup&&) = delete;
  ~MpiGroup();

  /// A group of the same ranks with separate messages. Collective.
  static MpiGroup duplicate(MPI_Comm group);

  MPI_Comm get() const { return group_; }

 private:
  MPI_Comm group_;
};

}  // namespace galen::comm
