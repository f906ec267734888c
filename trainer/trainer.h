#pragma once

#include "trainer/coordinator/coordinator.h"
#include "trainer/learner/learner.h"
#include "trainer/logs/progress.h"
#include "trainer/run/stop_request.h"
#include "trainer/run/time_limit.h"
#include "trainer/run/training_state.h"

#include <cstdint>
#include <string>

namespace galen::trainer {

/// What the loop uses; all of it outlives the trainer.
struct TrainerParts {
  Learner& learner;
  Coordinator& coordinator;
  StopRequest& stop_request;
  TimeLimit& time_limit;
  Progress& progress;
  Timeline& timeline;
};

/// The training loop, the same for every learner.
class Trainer : private RoundHost {
 public:
  /// `most_rounds`: ends the run after this many rounds in total; 0: no limit.
  Trainer(std::int64_t most_rounds, const TrainerParts& parts) : most_rounds_(most_rounds), parts_(parts) {}

  /// Runs from `state` to the end, and returns why it ended. Collective.
  Ending run(TrainingState& state);

 private:
  Wishes before_change() override;
  Timeline& timeline() override { return parts_.timeline; }
  void say(const std::string& sentence) override { parts_.progress.say(sentence); }

  bool is_at_limit(std::int64_t step) const { return most_rounds_ > 0 && step >= most_rounds_; }

  std::int64_t most_rounds_;
  TrainerParts parts_;
  std::int64_t next_step_ = 0;  // number of the current round
};

}  // namespace galen::trainer
