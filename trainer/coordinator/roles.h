#pragma once

#include "comm/communicator.h"
#include "trainer/coordinator/coordinator.h"

#include <memory>

namespace galen::trainer {

/// What a rank of the job is for. With coordinator.placement = process the last rank of the first node is the coordinator, and all others
/// are workers; else all are workers.
struct Roles {
  bool coordinates = false;                   ///< this rank
  comm::Communicator* workers = nullptr;      ///< all of them, in the job's order; null for the coordinator
  std::unique_ptr<comm::Communicator> line;   ///< worker 0 and the coordinator, in this order; null for others
  std::unique_ptr<comm::Communicator> group;  ///< that the workers are, where not all ranks are
};

/// Too few ranks on the first node throw galen::UsageError on all ranks. Collective over `world`, which must outlive what comes out.
Roles assign_roles(const CoordinatorOptions& options, comm::Communicator& world);

/// How many of a job's ranks are workers.
int count_workers(const CoordinatorOptions& options, int ranks);

}  // namespace galen::trainer
