#pragma once

#include "comm/communicator.h"
#include "models/model.h"
#include "trainer/checkpoint/store_options.h"
#include "trainer/coordinator/service_memory.h"
#include "trainer/coordinator/snapshot_slots.h"
#include "trainer/learner/setting.h"
#include "trainer/run/training_state.h"

#include <memory>
#include <string>

namespace galen::trainer {

/// What worker 0 tells a coordinator that is a process of its own.
struct Introduction {
  SnapshotLayout layout;
  std::string session;                ///< see ServicePlace
  int threads = 1;                    ///< of LibTorch, as the workers have
  bool on_gpus = false;               ///< where the workers compute
  int gpus_taken = 0;                 ///< by workers of the node
  std::int64_t evaluation_batch = 1;  ///< as the workers have
  std::string content = {};           ///< DataWatch::content() of the workers' data, in short
};

/// Worker 0's part of the meeting.
struct Meeting {
  std::shared_ptr<ServiceMemory> memory;
  bool evaluates = false;  ///< the coordinator can: there is a processor or a GPU for it
};
Meeting meet_coordinator(const Introduction& introduction, comm::Communicator& line);

/// How the run ended, as worker 0 says.
struct CoordinatedRun {
  Ending ending = Ending::kFinished;
  TrainingState state;
};

/// The life of the coordinator's process: see CheckpointService. Returns when worker 0 has ended the run, whose folder is `folder`.
/// Collective over `line` with meet_coordinator().
CoordinatedRun coordinate(const SettingOptions& options, const std::string& folder, const StoreOptions& store, comm::Communicator& line,
                          std::unique_ptr<models::Model> own_model);

}  // namespace galen::trainer
