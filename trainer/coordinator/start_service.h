#pragma once

#include "trainer/checkpoint/snapshot.h"
#include "trainer/checkpoint/store_options.h"
#include "trainer/coordinator/checkpoint_client.h"
#include "trainer/coordinator/roles.h"
#include "trainer/coordinator/service_thread.h"
#include "trainer/learner/setting.h"

#include <functional>
#include <memory>
#include <string>

namespace galen::trainer {

/// How a worker has its checkpoints written; empty on most workers.
struct Writing {
  std::shared_ptr<void> pinned;           ///< the memory of snapshots, where they come from a GPU
  std::unique_ptr<ServiceThread> thread;  ///< where the service is not a process of its own
  std::unique_ptr<CheckpointClient> client;
  bool evaluates = false;  ///< the service validates, beside training
};

/// Worker 0 writes; where the state is large, so does the first worker of every other node. `folder`: of the run; empty: nothing is
/// written. `live`: Learner::state(). Collective over the workers.
Writing start_service(const std::string& folder, const StoreOptions& options, Setting& setting, const Roles& roles,
                      std::function<Snapshot()> live);

}  // namespace galen::trainer
