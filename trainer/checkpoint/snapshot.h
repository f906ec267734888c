#pragma once

#include "models/model.h"

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// The tensors of a run: what a checkpoint saves and restores. They share memory with the model and the optimiser, or are a copy of theirs.
struct Snapshot {
  std::vector<models::NamedTensor> weights;    ///< parameters and buffers
  std::vector<models::NamedTensor> optimizer;  ///< its state, parameter by parameter
};

/// A model's part of a snapshot.
std::vector<models::NamedTensor> weights_of(const models::Model& model);

/// Of all its tensors.
std::int64_t bytes_of(const Snapshot& snapshot);

}  // namespace galen::trainer
