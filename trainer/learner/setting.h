#pragma once

#include "comm/communicator.h"
#include "comm/node.h"
#include "data/sampling/order.h"
#include "models/model.h"
#include "models/model_options.h"
#include "trainer/device/arithmetic.h"
#include "trainer/device/device.h"
#include "trainer/run/trainer_options.h"
#include "trainer/samples/data_watch.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/task.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace galen::trainer {

/// The options of a Setting.
struct SettingOptions : DataOptions {
  std::uint64_t seed = 0;  ///< Seed of initial weights, order and dropout.
  DeviceChoice device = DeviceChoice::kAuto;

  /// Seconds that a rank waits for others before the job ends with a message that names the missing ones; 0: no limit.
  double deadline = 300;

  models::ModelOptions model;
  TrainerOptions trainer;

  /// Samples in a forward pass of validation and test, on each worker; 0: a lane's share of trainer.batch, which takes no more memory than
  /// training.
  std::int64_t evaluation_batch = 0;

  /// The resolved configuration, key by key, saved with each checkpoint. Empty, if another program than galen trains: these options
  /// themselves, which are written to the run's config.cfg as well.
  std::map<std::string, std::string> record;
};

/// The model named by the options, for those data, with the run's initial weights.
std::unique_ptr<models::Model> make_model(const SettingOptions& options, const PreparedData& data);

/// The environment of a run on one worker: device, data, model, task, lanes and workers. Every learner is built on it.
struct Setting {
  /// Checks all that can be checked before samples are read. `saved_lanes`: of the resumed run. `own_model`: the user's, or empty for the
  /// model named by the options. Throws galen::UsageError or galen::Error for options that contradict each other or the data set.
  /// Collective over `world`, which must outlive this.
  Setting(const SettingOptions& options, comm::Communicator& world, std::optional<std::int64_t> saved_lanes,
          std::unique_ptr<models::Model> own_model);
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

  /// Fits the preparation to the training split, which may take minutes, and moves the model to its device. Called before the learner is
  /// made. A learner of a model of f64 inputs fits the preparation itself, with load_table(): no rank reads the whole split. Collective.
  void prepare();

  const SettingOptions options;
  comm::Communicator& world;
  ComputeDevice compute;
  int threads;
  Arithmetic arithmetic;
  PreparedData data;
  std::int64_t outputs;  ///< number of the model's outputs
  std::unique_ptr<models::Model> model;
  std::unique_ptr<Task> task;
  std::int64_t lanes;
  std::shared_ptr<const data::Chunks> windows;  ///< of the training split; null: shuffled exactly
  std::unique_ptr<comm::Communicator> workers;  ///< world, ordered by node
  comm::Node node;                              ///< of workers
  DataWatch watch;                              ///< over data.dataset
  std::int64_t evaluation_batch;                ///< samples in a forward pass of validation and test
  int loading_threads;                          ///< threads that make batches, for this worker
};

}  // namespace galen::trainer
