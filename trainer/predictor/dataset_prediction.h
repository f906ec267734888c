#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/sampling/split.h"
#include "models/model.h"
#include "trainer/device/device_choice.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/tasks/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// A saved model, and the data to apply it to, known or new.
struct DatasetPredictionOptions {
  std::string checkpoint;        ///< Folder of a checkpoint, such as RUN/best.
  std::string key_file = {};     ///< Of its key, if it is encrypted.
  data::DatasetOptions dataset;  ///< The data; targets may be absent.
  data::SplitOptions split;      ///< As in training, so that the same patients are in the same split.
  std::string subset = "test";   ///< train, validation, test or all.
  DeviceChoice device = DeviceChoice::kAuto;
  data::LoadingOptions loading = {};  ///< Threads and memory.
  std::int64_t batch = 0;             ///< Samples in a forward pass; 0: as in the run's own evaluation, which gives the same bits.
  int threads = 0;                    ///< Of the model; 0: OMP_NUM_THREADS, else as in the run.
  double deadline = 300;              ///< As ExperimentOptions::deadline.
  OwnTask own_task = {};              ///< The task of the model, if it is the program's own.
};

/// The result, the same on every rank.
struct DatasetPrediction {
  std::shared_ptr<const data::Dataset> dataset;  ///< with the classes numbered as in the model
  std::shared_ptr<const Task> task;              ///< as in training: names, weights, scores
  std::int64_t samples = 0;                      ///< of the subset
  Predictions predictions = {};                  ///< of them
  std::int64_t batch = 0;                        ///< samples in a forward pass
  std::string device = {};                       ///< see ComputeDevice::words
  std::vector<std::string> notes = {};           ///< rank 0: for the user, on how the data was read, a sentence each
};

/// Called with each batch like PredictOptions::visit; the prediction is complete except for its predictions and the notes at the end.
using DatasetPredictionVisitor = std::function<void(const DatasetPrediction& prediction, const PredictedBatch& batch)>;

/// Loads a Predictor, checks that the data set fits it (shape of a sample, features, vocabulary, classes by name: match_targets()) and
/// runs it over the subset. Throws galen::Error that shows both if it does not fit. `own_model`: as in Predictor. Collective over `world`.
DatasetPrediction predict_dataset(const DatasetPredictionOptions& options, comm::Communicator& world,
                                  std::unique_ptr<models::Model> own_model = nullptr, const DatasetPredictionVisitor& visit = {});

}  // namespace galen::trainer
