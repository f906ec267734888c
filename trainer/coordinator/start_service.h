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

/// How a worker's checkpoints are written; empty on most workers.
struct Writing {
  std::shared_ptr<void> pinned;           ///< pins the memory of snapshots, if they come from a GPU
  std::unique_ptr<ServiceThread> thread;  ///< unless the service is a separate process
  std::unique_ptr<CheckpointClient> client;
  bool evaluates = false;  ///< the service validates, during training
};

/// Worker 0 writes; if the state is large, the first worker of every other node writes as well. `folder`: of the run; empty: nothing is
/// written. `live`: Learner::state(). Collective over the workers.
Writing start_service(const std::string& folder, const StoreOptions& options, Setting& setting, const Roles& roles,
                      std::function<Snapshot()> live);

}  // namespace galen::trainer
