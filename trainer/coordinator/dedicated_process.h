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

/// What worker 0 sends to a coordinator in a separate process.
struct Introduction {
  SnapshotLayout layout;
  std::string session;                ///< see ServicePlace
  int threads = 1;                    ///< of LibTorch, as in the workers
  bool on_gpus = false;               ///< whether the workers compute on GPUs
  int gpus_taken = 0;                 ///< number of the node's GPUs used by workers
  std::int64_t evaluation_batch = 1;  ///< as in the workers
  std::string content = {};           ///< DataWatch::content() of the workers' data, abbreviated
};

/// The result of worker 0's handshake.
struct Meeting {
  std::shared_ptr<ServiceMemory> memory;
  bool evaluates = false;  ///< the coordinator can evaluate: there is a processor or a GPU for it
};
Meeting meet_coordinator(const Introduction& introduction, comm::Communicator& line);

/// How the run ended, as reported by worker 0.
struct CoordinatedRun {
  Ending ending = Ending::kFinished;
  TrainingState state;
};

/// The main function of the coordinator's process: see CheckpointService. Returns when worker 0 has ended the run in `folder`.
/// Collective over `line` with meet_coordinator().
CoordinatedRun coordinate(const SettingOptions& options, const std::string& folder, const StoreOptions& store, comm::Communicator& line,
                          std::unique_ptr<models::Model> own_model);

}  // namespace galen::trainer
