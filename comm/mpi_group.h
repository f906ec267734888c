#pragma once

#include <mpi.h>

namespace galen::comm {

/// Throws galen::Error unless `code`, of an MPI call within `operation`, is success.
void check_mpi(int code, const char* operation);

/// Owns a communicator of MPI, whose errors it turns into return codes.
class MpiGroup {
 public:
  /// Takes `group` over.
  explicit MpiGroup(MPI_Comm group);
  MpiGroup(MpiGroup&& other) noexcept;
  MpiGroup& operator=(MpiGroup&&) = delete;
  ~MpiGroup();

  /// A group of the same ranks, whose messages never meet those of `group`. Collective.
  static MpiGroup duplicate(MPI_Comm group);

  MPI_Comm get() const { return group_; }

 private:
  MPI_Comm group_;
};

}  // namespace galen::comm
