#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/preparation/preparation.h"
#include "data/sampling/split.h"
#include "models/factory.h"
#include "trainer/coordinator/coordinator.h"
#include "trainer/evaluation/report.h"
#include "trainer/gradient/optimizer/optimizer.h"
#include "trainer/gradient/optimizer/schedule.h"
#include "trainer/run/stop_request.h"
#include "trainer/tasks/task.h"
#include "trainer/trainer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace galen::trainer {

struct Manifest;

/// Everything that one training run is made from; each part's options lie beside that part.
struct ExperimentOptions {
  std::string folder;           ///< Of the run. Empty: nothing is written (no checkpoints, no logs).
  std::uint64_t seed = 0;       ///< Of initial weights, order and dropout.
  std::string device = "auto";  ///< cpu, cuda or auto (cuda where there is a driver).
  bool resume = false;          ///< Goes on from the newest valid checkpoint in `folder`, where there is one.
  bool quiet = false;           ///< No progress on the terminal.

  /// Seconds that a rank waits for others before the job ends with a message that names the missing ones; 0: without a limit.
  double deadline = 300;

  data::DatasetOptions dataset;
  data::SplitOptions split;
  data::PreparationOptions preparation;
  data::LoadingOptions loading;
  TaskOptions task;
  models::ModelOptions model;
  OptimizerOptions optimizer;
  CommOptions comm;
  ScheduleOptions schedule;
  TrainerOptions trainer;
  CoordinatorOptions coordinator;
  IntervalOptions intervals;

  /// Samples a forward pass of validation and test, on each worker; 0: a lane's share of trainer.batch, which takes no more memory than
  /// training does.
  std::int64_t evaluation_batch = 0;

  /// Saved with each checkpoint as they are: the resolved configuration, key by key. Empty, where a program of its own trains: these
  /// options themselves, which the run's config.cfg then holds, too.
  std::map<std::string, std::string> record;

  /// Called on rank 0 before each checkpoint, and where one could not be written: makes the run's folder again, and its own, where it was
  /// removed. Throws galen::Error where that is another run's or job's by then, which ends this run. Empty: nothing is looked at.
  std::function<void()> keep = {};

  /// Called on every rank when all is put together, before the first step; the manifest says on which data, and from which step on.
  std::function<void(const Manifest&)> begun;
};

/// How a run ended, the same on every rank.
struct ExperimentOutcome {
  Ending ending = Ending::kFinished;
  TrainingState state;
  Report validation;   ///< of the best checkpoint's weights (without a folder: the last); no samples in it where the split has none, or
                       ///< the run was interrupted
  Report test;         ///< likewise
  std::string best;    ///< path of the best checkpoint; empty where nothing was written
  std::string last;    ///< path of the last one
  double seconds = 0;  ///< of training
  std::string device;  ///< see ComputeDevice::words; empty for a coordinator's process
};

/// Trains. `model`: the user's own (models/module_model.h); empty: the one that options.model names. A `stop_request` is watched from the
/// first step until the last checkpoint is written. Collective over `world`, where every rank passes the same options; of the time limits,
/// rank 0's count.
ExperimentOutcome train(const ExperimentOptions& options, comm::Communicator& world, StopRequest* stop_request = nullptr,
                        std::unique_ptr<models::Model> model = nullptr);

}  // namespace galen::trainer
