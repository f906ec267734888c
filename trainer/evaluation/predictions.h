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

/// What a model says about some samples, each exactly once, in the order asked for.
struct Predictions {
  at::Tensor outputs;  ///< [n, outputs] f32 on the CPU, as the model gave them
  at::Tensor targets;  ///< as data::Samples has them; undefined where the data set has none
  at::Tensor index;    ///< [n] i64, number in the data set
};

struct PredictOptions {
  std::int64_t batch = 1;   ///< Samples a forward pass: another number may change the last bits of outputs.
  int loading_threads = 1;  ///< That make batches.
  at::Device device = at::kCPU;
  std::function<void()> before_batch =
      {};  ///< Called before each forward pass; what it throws ends the prediction, where one rank predicts.
};

/// `preparations`: one an input. Runs the model over `members`, shared out between the ranks by whole batches, and gathers the outcome on
/// every rank. Batches are cut the same way whatever the number of ranks, so that the outputs have the same bits. No padding, no repeated
/// sample. Leaves the model in evaluation mode. A missing value that makes an output NaN throws galen::Error that names sample and feature.
/// Collective.
Predictions predict(models::Model& model, const std::shared_ptr<const data::Dataset>& dataset, const std::vector<std::int64_t>& members,
                    const std::vector<data::Preparation>& preparations, comm::Communicator& communicator, const PredictOptions& options);

}  // namespace galen::trainer
