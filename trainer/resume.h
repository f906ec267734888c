#pragma once

#include "comm/communicator.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/exchange/training_step.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// The manifest of a run's newest checkpoint, as rank 0 finds it, on every rank; none where there is no checkpoint. Collective.
std::optional<Manifest> newest_manifest(const CheckpointStore& store, comm::Communicator& world);

/// Restores the tensors of a run's newest valid checkpoint on every rank, and returns its manifest. Rank 0 reads; where a checkpoint is
/// damaged it tells `warn` and falls back to the one before; none left throws galen::Error. Collective.
Manifest restore(const CheckpointStore& store, const Snapshot& snapshot, const TrainingStep& step, comm::Communicator& world,
                 const std::function<void(const std::string&)>& warn);

/// Rank 0's values of `tensors`, parameters, buffers or state of `step`, on every rank. Collective.
void broadcast(const std::vector<models::NamedTensor>& tensors, const TrainingStep& step, comm::Communicator& world);

}  // namespace galen::trainer
