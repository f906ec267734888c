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

/// What a Setting is made from.
struct SettingOptions : DataOptions {
  std::uint64_t seed = 0;  ///< Of initial weights, order and dropout.
  DeviceChoice device = DeviceChoice::kAuto;

  /// Seconds that a rank waits for others before the job ends with a message that names the missing ones; 0: without a limit.
  double deadline = 300;

  models::ModelOptions model;
  TrainerOptions trainer;

  /// Samples a forward pass of validation and test, on each worker; 0: a lane's share of trainer.batch, which takes no more memory than
  /// training does.
  std::int64_t evaluation_batch = 0;

  /// Saved with each checkpoint as they are: the resolved configuration, key by key. Empty, where a program of its own trains: these
  /// options themselves, which the run's config.cfg then holds, too.
  std::map<std::string, std::string> record;
};

/// The model that the options name, for those data, with the run's initial weights.
std::unique_ptr<models::Model> make_model(const SettingOptions& options, const PreparedData& data);

/// Where, on what and towards what a run trains, on one worker: what every learner is built on, and what is known without it.
struct Setting {
  /// All that can be refused before samples are read. `saved_lanes`: of the run that is resumed. `own_model`: the user's, or empty for the
  /// one that the options name. Options that contradict each other or the data set throw galen::UsageError or galen::Error. Collective
  /// over `world`, which must outlive this.
  Setting(const SettingOptions& options, comm::Communicator& world, std::optional<std::int64_t> saved_lanes,
          std::unique_ptr<models::Model> own_model);
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

  /// Fits the preparation to the training split, which may take minutes, and moves the model to its device. Before the learner is made,
  /// which fits that of a model of f64 inputs itself, with load_table(): no rank reads the whole split. Collective.
  void prepare();

  const SettingOptions options;
  comm::Communicator& world;
  ComputeDevice compute;
  int threads;
  Arithmetic arithmetic;
  PreparedData data;
  std::int64_t outputs;  ///< of the model
  std::unique_ptr<models::Model> model;
  std::unique_ptr<Task> task;
  std::int64_t lanes;
  std::shared_ptr<const data::Chunks> windows;  ///< of the training split; none: shuffled exactly
  std::unique_ptr<comm::Communicator> workers;  ///< world, ordered by node
  comm::Node node;                              ///< of workers
  DataWatch watch;                              ///< over data.dataset
  std::int64_t evaluation_batch;                ///< samples a forward pass of validation and test
  int loading_threads;                          ///< that make batches, for this worker
};

}  // namespace galen::trainer
