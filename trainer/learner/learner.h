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

/// The services of the training loop to a learner within a round.
class RoundHost {
 public:
  virtual ~RoundHost() = default;

  /// Call once a round, before any tensor of Learner::state() changes: waits for a copy of it in progress. Returns what this rank wants all
  /// ranks to do after the round: the learner sends it with its own sums, or calls agree() (wishes.h). Not collective.
  virtual Wishes before_change() = 0;

  virtual Timeline& timeline() = 0;                   ///< times of this rank's work; in Phase::kLoad when a round begins
  virtual void say(const std::string& sentence) = 0;  ///< to the user, if this rank prints messages
};

/// A learning algorithm that works in rounds: a gradient step, a Newton step, a tree, a sweep.
///
/// The training loop calls it on every worker in lock step. Its whole state can be saved between rounds, so checkpoints, resume, stop
/// requests, time limits, validation and early stopping are implemented in the loop, for all learners. A learner is a function of its
/// options, the data and the seed alone: the same bits for any number of workers up to the number of lanes.
class Learner {
 public:
  virtual ~Learner() = default;

  virtual models::Model& model() = 0;  ///< in its state between rounds

  virtual std::vector<std::string> introduction() const { return {}; }  ///< descriptions for the start of a run, a sentence each

  /// All tensors needed to continue, the model's first, in place: copied out between rounds, and written to when a run is resumed. The same
  /// sections, names and types at every call.
  virtual Snapshot state() = 0;

  /// Whether this rank writes `tensor`, of state(), when a checkpoint is restored: false if ranks share its memory and another one
  /// writes it.
  virtual bool writes(const at::Tensor& /*tensor*/) const { return true; }

  virtual std::int64_t epochs() const = 0;  ///< at most: the loop validates at the end of each
  virtual std::int64_t rounds() const = 0;  ///< at most, over the whole run

  /// Whether the current epoch is complete at `state`: a function of it and of state() alone, the same on every rank.
  virtual bool completes_epoch(const TrainingState& state) const = 0;

  /// Does one round from `state`. Errors name the round, and the sample, column or parameter. Collective.
  virtual Round next(const TrainingState& state, RoundHost& host) = 0;

  /// Called once, at the end of a run that was not stopped. Collective.
  virtual Findings findings() { return {}; }
};

}  // namespace galen::trainer
