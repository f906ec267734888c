#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace galen::trainer {

class Task;

/// The records of samples after a model's forward pass, each sample exactly once, in the order requested.
struct Predictions {
  at::Tensor records;  ///< [n, Task::record_size()] f64 on the CPU: Task::records()
  at::Tensor index;    ///< [n] i64, indices in the data set
};

/// The outputs of a model for a batch of samples, on the rank that ran it. Valid during a call.
struct PredictedBatch {
  at::Tensor index;    ///< [n] i64, indices in the data set
  at::Tensor outputs;  ///< [n, …] as returned by the model, on the CPU: f64 for f64 models, else f32
  at::Tensor targets;  ///< as in data::Samples; undefined if the data set has none
};

/// The main outputs of a forward pass on `device`, on the CPU: f64 for f64 models, else f32.
at::Tensor main_outputs(models::Model& model, const Inputs& inputs, at::Device device);

/// The first row that contains a NaN; none if no row does.
std::optional<std::int64_t> first_nan(const at::Tensor& values);

struct PredictOptions {
  std::int64_t batch = 1;   ///< Samples in a forward pass: another number may change the last bits of outputs.
  int loading_threads = 1;  ///< Number of threads that make batches.
  at::Device device = at::kCPU;
  std::function<void()> before_batch =
      {};  ///< Called before each forward pass; an exception ends the prediction, if only one rank predicts.

  /// Called with each batch on the rank that runs it. A rank's batches are in the order of `members`, and those of a lower rank are before
  /// those of a higher one. An exception ends the prediction, if only one rank predicts.
  std::function<void(const PredictedBatch& batch)> visit = {};
};

/// Samples of a data set, and how they are prepared.
struct PreparedSamples {
  std::shared_ptr<const data::Dataset> dataset;
  std::vector<std::int64_t> members;            ///< indices in the data set, in the order of predictions
  std::vector<data::Preparation> preparations;  ///< one for each input
};

/// Runs the model over samples.members, distributed to the ranks by whole batches, reduces each batch to records on its rank, and gathers
/// the records on every rank. Batches are the same for any number of ranks, so that outputs and records have the same bits. No padding, no
/// repeated sample; no rank keeps outputs. Leaves the model in evaluation mode. Throws galen::Error that names sample and feature, on every
/// rank, for a missing value that makes an output NaN. Collective.
Predictions predict(models::Model& model, const Task& task, const PreparedSamples& samples, comm::Communicator& communicator,
                    const PredictOptions& options);

}  // namespace galen::trainer
