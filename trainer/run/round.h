#pragma once

#include "trainer/run/stop_request.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// What a rank wants all ranks to do after a round.
struct Wishes {
  Wishes() = default;
  explicit Wishes(const StopRequest& stop_request, bool wants_checkpoint = false)
      : interrupt(stop_request.interrupted()),
        preempt(stop_request.preempted()),
        out_of_time(stop_request.out_of_time()),
        checkpoint(wants_checkpoint) {}

  bool interrupt = false;  ///< see StopRequest
  bool preempt = false;
  bool out_of_time = false;
  bool checkpoint = false;
};

/// The result of one round of a learner: a gradient step, a Newton step, a tree, a sweep. The same on every rank.
struct Round {
  double loss = 0;                                           ///< summed over the round's samples, before the round changed the model
  double weight = 1;                                         ///< divisor of the loss for its mean
  bool counts = true;                                        ///< in the epoch's mean loss; false: the round was skipped
  std::int64_t samples = 0;                                  ///< samples read, over all workers
  std::int64_t consumed = 0;                                 ///< TrainingState::samples_consumed after the round
  std::vector<std::pair<std::string, double>> figures = {};  ///< for metrics.jsonl, in addition to the mean loss
  Wishes wishes = {};                                        ///< those of any rank

  double mean_loss() const { return loss / weight; }
};

}  // namespace galen::trainer
