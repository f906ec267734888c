#pragma once

#include "comm/communicator.h"
#include "trainer/assembly.h"
#include "trainer/checkpoint/snapshot.h"
#include "trainer/coordinator/checkpoint_client.h"
#include "trainer/coordinator/roles.h"
#include "trainer/coordinator/service_thread.h"

#include <memory>

namespace galen::trainer {

/// How a worker has its checkpoints written; empty on most workers.
struct Writing {
  std::shared_ptr<void> pinned;           ///< the memory of snapshots, where they come from a GPU
  std::unique_ptr<ServiceThread> thread;  ///< where the service is not a process of its own
  std::unique_ptr<CheckpointClient> client;
  bool evaluates = false;  ///< the service validates, beside training
};

/// Worker 0 writes; where the state is large, so does the first worker of every other node. Collective over the workers.
Writing start_service(const ExperimentOptions& options, const Assembly& run, const Roles& roles, const Snapshot& live);

}  // namespace galen::trainer
