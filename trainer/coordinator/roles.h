#pragma once

#include "comm/communicator.h"
#include "trainer/coordinator/coordinator.h"

#include <memory>

namespace galen::trainer {

/// The role of a rank. With coordinator.placement = process the last rank of the first node is the coordinator, and all others are
/// workers; otherwise all are workers.
struct Roles {
  bool coordinates = false;                   ///< this rank is the coordinator
  comm::Communicator* workers = nullptr;      ///< all workers, in the job's order; null for the coordinator
  std::unique_ptr<comm::Communicator> line;   ///< worker 0 and the coordinator, in this order; null for others
  std::unique_ptr<comm::Communicator> group;  ///< the group of the workers, if not all ranks are workers
};

/// Throws galen::UsageError on all ranks if the first node has too few. Collective over `world`, which must outlive the result.
Roles assign_roles(const CoordinatorOptions& options, comm::Communicator& world);

/// How many of a job's ranks are workers.
int count_workers(const CoordinatorOptions& options, int ranks);

}  // namespace galen::trainer
