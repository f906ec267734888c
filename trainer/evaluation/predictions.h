#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace galen::trainer {

class Task;

/// What is kept of some samples that a model has seen, each exactly once, in the order asked for.
struct Predictions {
  at::Tensor records;  ///< [n, Task::record_size()] f64 on the CPU: Task::records()
  at::Tensor index;    ///< [n] i64, number in the data set
};

/// What a model says about a batch of samples, on the rank that ran it. Valid during a call.
struct PredictedBatch {
  at::Tensor index;    ///< [n] i64, number in the data set
  at::Tensor outputs;  ///< [n, …] as the model gave them, on the CPU: f64 of models that compute so, else f32
  at::Tensor targets;  ///< as data::Samples has them; undefined where the data set has none
};

struct PredictOptions {
  std::int64_t batch = 1;   ///< Samples a forward pass: another number may change the last bits of outputs.
  int loading_threads = 1;  ///< That make batches.
  at::Device device = at::kCPU;
  std::function<void()> before_batch =
      {};  ///< Called before each forward pass; what it throws ends the prediction, where one rank predicts.

  /// Called with each batch on the rank that runs it. A rank's batches come in the order of `members`, and a lower rank's before a higher
  /// one's. What it throws ends the prediction, where one rank predicts.
  std::function<void(const PredictedBatch& batch)> visit = {};
};

/// `preparations`: one an input. Runs the model over `members`, shared out between the ranks by whole batches, reduces each batch to
/// records where it is, and gathers the records on every rank. Batches are cut the same way whatever the number of ranks, so that outputs
/// and records have the same bits. No padding, no repeated sample; no rank keeps outputs. Leaves the model in evaluation mode. A missing
/// value that makes an output NaN throws galen::Error that names sample and feature, on every rank. Collective.
Predictions predict(models::Model& model, const Task& task, const std::shared_ptr<const data::Dataset>& dataset,
                    const std::vector<std::int64_t>& members, const std::vector<data::Preparation>& preparations,
                    comm::Communicator& communicator, const PredictOptions& options);

}  // namespace galen::trainer
