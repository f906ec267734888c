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

/// The manifest of a run's newest checkpoint that has a sound one, as rank 0 finds it, on every rank; none where there is no checkpoint.
/// Where none of them is sound, galen::Error says what is wrong with the newest. Collective.
std::optional<Manifest> newest_manifest(const CheckpointStore& store, comm::Communicator& world);

/// Copies the tensors of a run's newest whole checkpoint into `snapshot`, and returns its manifest. Every digest is compared before the
/// first tensor is changed. Where anything is wrong with a checkpoint it tells `warn` what, and falls back to the one before; none left
/// throws galen::Error.
Manifest restore_newest(const CheckpointStore& store, const Snapshot& snapshot, const std::function<void(const std::string&)>& warn);

/// The same for a learner on every rank; rank 0 reads. Collective.
Manifest restore(const CheckpointStore& store, Learner& learner, comm::Communicator& world,
                 const std::function<void(const std::string&)>& warn);

/// Links RUN/last to the checkpoint that the run goes on from, and RUN/best to the one that `state` has as the best, rated by `selection`:
/// the run may have been killed when the checkpoint was whole and before that was done. Rank 0 alone.
void restore_links(const CheckpointStore& store, const TrainingState& state, const std::optional<Selection>& selection);

/// Rank 0's values of `section`, of the learner's state, on every rank; those that grow get its number of rows. Collective.
void broadcast(const Section& section, const Learner& learner, comm::Communicator& world);

}  // namespace galen::trainer
