#pragma once

#include "comm/communicator.h"
#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/coordinator.h"
#include "trainer/learner/learner.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

/// The manifest of a run's newest valid checkpoint, read by rank 0, on every rank; none if there is no checkpoint. If none is valid, throws
/// galen::Error with the problem of the newest. Collective.
std::optional<Manifest> newest_manifest(const CheckpointStore& store, comm::Communicator& world);

/// Copies the tensors of a run's newest whole checkpoint into `snapshot`, and returns its manifest. Every digest is compared before the
/// first tensor is changed. A problem of a checkpoint is reported to `warn`, and the one before it is used; if none is left, throws
/// galen::Error.
Manifest restore_newest(const CheckpointStore& store, const Snapshot& snapshot, const std::function<void(const std::string&)>& warn);

/// As restore_newest(), for a learner on every rank; rank 0 reads. Collective.
Manifest restore(const CheckpointStore& store, Learner& learner, comm::Communicator& world,
                 const std::function<void(const std::string&)>& warn);

/// Links RUN/last to the checkpoint from which the run continues, and RUN/best to the best one according to `state`, rated by `selection`:
/// the run may have been killed after the checkpoint was whole but before it was linked. Called on rank 0 only.
void restore_links(const CheckpointStore& store, const TrainingState& state, const std::optional<Selection>& selection);

/// Sends rank 0's values of `section`, of the learner's state, to every rank; those that grow get its number of rows. Collective.
void broadcast(const Section& section, const Learner& learner, comm::Communicator& world);

}  // namespace galen::trainer
