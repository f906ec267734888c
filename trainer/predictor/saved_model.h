#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/sampling/split.h"
#include "models/factory.h"
#include "trainer/device/device_choice.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/tasks/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// A saved model to be applied to data, known or new.
struct ApplicationOptions {
  std::string checkpoint;        ///< Folder of a checkpoint, such as RUN/best.
  std::string key_file = {};     ///< Of its key, where it is encrypted.
  models::ModelOptions model;    ///< As it was trained (from the checkpoint's record).
  data::DatasetOptions dataset;  ///< What to run it over; targets may be absent.
  data::SplitOptions split;      ///< As it was trained, so that the same patients are in the same split.
  std::string subset = "test";   ///< train, validation, test or all.
  DeviceChoice device = DeviceChoice::kAuto;
  data::LoadingOptions loading = {};  ///< Threads and memory.
  std::int64_t batch = 0;             ///< Samples a forward pass; 0: as the run's own evaluation, which gives the same bits.
  int threads = 0;                    ///< That run the model; 0: OMP_NUM_THREADS, else as many as the run had.
  double deadline = 300;              ///< As ExperimentOptions::deadline.
  OwnTask own_task = {};              ///< That it was trained for, where that is the program's own.
};

/// What came of it, the same on every rank.
struct Application {
  std::shared_ptr<const data::Dataset> dataset;  ///< its classes numbered as the model's are
  std::unique_ptr<Task> task;                    ///< as it was trained: names, weights, scores
  std::int64_t samples = 0;                      ///< of the subset
  Predictions predictions = {};                  ///< of them
  std::int64_t batch = 0;                        ///< samples a forward pass
  std::string device = {};                       ///< see ComputeDevice::words
  std::vector<std::string> notes = {};           ///< rank 0: what the user has to know of how the data was taken, a sentence each
};

/// Called with each batch as PredictOptions::visit is; the application is complete but for its predictions and the notes that come last.
using ApplicationVisitor = std::function<void(const Application& application, const PredictedBatch& batch)>;

/// Loads a checkpoint, checks that the data set fits it (shape of a sample, features, vocabulary, classes by name: match_targets()) and
/// runs it over the subset. What does not fit throws galen::Error that shows both. `model`: the user's own; empty: the one that
/// options.model names. Collective over `world`.
Application apply(const ApplicationOptions& options, comm::Communicator& world, std::unique_ptr<models::Model> model = nullptr,
                  const ApplicationVisitor& visit = {});

}  // namespace galen::trainer
