#pragma once

#include "models/model.h"
#include "trainer/checkpoint/snapshot.h"
#include "trainer/learner/findings.h"
#include "trainer/logs/timeline.h"
#include "trainer/run/round.h"
#include "trainer/run/training_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// What the loop offers to a learner within a round.
class RoundHost {
 public:
  virtual ~RoundHost() = default;

  /// Once a round, before anything that Learner::state() names changes: waits for a copy of it that is under way. Returns what this rank
  /// wants all to do after the round: the learner sends it along with its own sums, or calls agree() (wishes.h). Not collective.
  virtual Wishes before_change() = 0;

  virtual Timeline& timeline() = 0;                   ///< what this rank does when; in Phase::kLoad when a round begins
  virtual void say(const std::string& sentence) = 0;  ///< to the user, where this rank is the one that speaks
};

/// What learns, round by round: a gradient step, a Newton step, a tree, a sweep.
///
/// The training loop calls it on every worker in lock step. Its whole state can be saved between rounds, so that checkpoints, resume, stop
/// requests, time limits, validation and early stopping are the loop's and the same for all learners. A learner is a function of its
/// options, the data and the seed alone: the same bits for every number of workers up to that of lanes.
class Learner {
 public:
  virtual ~Learner() = default;

  virtual models::Model& model() = 0;  ///< as it stands between rounds

  virtual std::vector<std::string> introduction() const { return {}; }  ///< how it learns, a sentence each, for the start of a run

  /// All that it takes to go on, the model's tensors first, in place: to be copied out between rounds, and to be written to when a run is
  /// resumed. The same sections, names and types at every call.
  virtual Snapshot state() = 0;

  /// Whether this rank is the one to write `tensor`, of state(), when a checkpoint is restored: false where ranks share its memory and
  /// another one does.
  virtual bool writes(const at::Tensor& /*tensor*/) const { return true; }

  virtual std::int64_t epochs() const = 0;  ///< at most: the loop validates at the end of each
  virtual std::int64_t rounds() const = 0;  ///< at most, over the whole run

  /// Whether the epoch under way is complete at `state`: a function of it and of state() alone, the same on every rank.
  virtual bool completes_epoch(const TrainingState& state) const = 0;

  /// Takes one round on from `state`. An error names the round, and the sample, column or parameter. Collective.
  virtual Round next(const TrainingState& state, RoundHost& host) = 0;

  /// Once, at the end of a run that was not stopped. Collective.
  virtual Findings findings() { return {}; }
};

}  // namespace galen::trainer
