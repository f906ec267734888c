#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/loader.h"
#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"
#include "models/model.h"
#include "trainer/checkpoint/snapshot.h"
#include "trainer/device/arithmetic.h"
#include "trainer/device/device.h"
#include "trainer/experiment.h"
#include "trainer/gradient/exchange/training_step.h"
#include "trainer/gradient/optimizer/schedule.h"
#include "trainer/samples/data_watch.h"
#include "trainer/tasks/task.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// The data set as a run sees it.
struct PreparedData {
  std::shared_ptr<data::Dataset> dataset;
  std::vector<std::int64_t> training, validation, test;
  data::Preparation preparation;
  data::ValueStatistics values;    ///< of the training split, see sampled_statistics()
  std::vector<std::string> notes;  ///< what the user has to know of how the data is taken, a sentence each
};

/// Opens the data set, splits it, and outlines the preparation; `values` are not known yet. What is missing or unfit throws galen::Error.
/// No samples are read, but those of a table with data.missing_indicator.
PreparedData open_data(const ExperimentOptions& options);

/// Completes the preparation and `values` with passes over the training split, which may take minutes.
void fit_data(const ExperimentOptions& options, PreparedData& data);

/// Both, one after the other.
PreparedData prepare_data(const ExperimentOptions& options);

/// The model that the options name, for those data, with the run's initial weights.
std::unique_ptr<models::Model> make_model(const ExperimentOptions& options, const PreparedData& data);

/// What is known of a run from its options and the data set's header: all that can be refused before samples are read.
struct Groundwork {
  /// `saved_lanes`: of the run that is resumed. `own_model`: the user's, or empty for the one that the options name. Options that
  /// contradict each other or the data set throw galen::UsageError or galen::Error. Collective over `world`, which must outlive this.
  Groundwork(const ExperimentOptions& options, comm::Communicator& world, std::optional<std::int64_t> saved_lanes,
             std::unique_ptr<models::Model> own_model);

  ComputeDevice compute;
  int threads;
  Arithmetic arithmetic;
  PreparedData data;
  std::int64_t outputs = 0;  ///< of the model
  std::unique_ptr<models::Model> model;
  std::unique_ptr<Task> task;
  std::int64_t lanes;
  std::shared_ptr<const data::Chunks> windows;  ///< of the training split; none: shuffled exactly
  std::unique_ptr<comm::Communicator> workers;  ///< world, ordered by node
  DataWatch watch;                              ///< over data.dataset
};

/// What a run is put together from, on one worker, before its first step.
struct Assembly : Groundwork {
  /// Fits the preparation on the way. Collective over `world`, which must outlive this; the other arguments as for Groundwork.
  Assembly(Groundwork groundwork, const ExperimentOptions& options, comm::Communicator& world);
  Assembly(const ExperimentOptions& options, comm::Communicator& world, std::optional<std::int64_t> saved_lanes,
           std::unique_ptr<models::Model> own_model)
      : Assembly(Groundwork(options, world, saved_lanes, std::move(own_model)), options, world) {}

  TrainingStep step;
  data::Loader loader;
  Schedule schedule;
  std::int64_t total_steps;  ///< of the whole run
};

/// The tensors that a run's checkpoints hold, in place.
Snapshot state_of(Assembly& run);

}  // namespace galen::trainer
