#pragma once

#include "comm/communicator.h"
#include "models/model.h"
#include "trainer/evaluation/report.h"
#include "trainer/learners.h"
#include "trainer/options/experiment_options.h"
#include "trainer/run/stop_request.h"
#include "trainer/run/training_state.h"

#include <memory>
#include <string>

namespace galen::trainer {

/// The result of a run, the same on every rank.
struct ExperimentOutcome {
  Ending ending = Ending::kFinished;
  TrainingState state;
  Report validation;   ///< of the best checkpoint's weights (without a folder: the last); no samples in it where the split has none, or
                       ///< the run was interrupted
  Report test;         ///< likewise
  std::string best;    ///< path of the best checkpoint; empty if nothing was written
  std::string last;    ///< path of the last one
  double seconds = 0;  ///< of training
  std::string device;  ///< see ComputeDevice::words; empty for a coordinator's process
};

/// Trains. `model`: the user's own (models/module_model.h); empty: the one that options.model names. `make_learner`: of the user's own
/// learner; empty: the learner of that model (learners.h). A `stop_request` is watched from the first step until the last checkpoint is
/// written. Collective over `world`; every rank passes the same options; the time limits of rank 0 apply.
ExperimentOutcome train(const ExperimentOptions& options, comm::Communicator& world, StopRequest* stop_request = nullptr,
                        std::unique_ptr<models::Model> model = nullptr, LearnerMaker make_learner = {});

}  // namespace galen::trainer
