#include "trainer/trainer.h"

#include <optional>

namespace galen::trainer {

namespace {

std::optional<Ending> ending_after(const Wishes& wishes, Verdict verdict) {
  if (wishes.interrupt) return Ending::kInterrupted;
  if (wishes.preempt) return Ending::kPreempted;
  if (wishes.out_of_time) return Ending::kOutOfTime;
  if (verdict == Verdict::kStop) return Ending::kEarlyStopped;
  return std::nullopt;
}

void count(const Round& round, TrainingState& state) {
  state.step += 1;
  state.samples_consumed = round.consumed;
  if (!round.counts) return;
  state.epoch_loss += round.loss;
  state.epoch_weight += round.weight;
}

}  // namespace

Ending Trainer::run(TrainingState& state) {
  Learner& learner = parts_.learner;
  Coordinator& coordinator = parts_.coordinator;
  if (is_at_limit(state.step)) return Ending::kStepLimit;
  if (coordinator.at_start(state) == Verdict::kStop) return Ending::kEarlyStopped;
  while (state.epoch < learner.epochs()) {
    while (!learner.completes_epoch(state)) {
      parts_.timeline.enter(Phase::kLoad);
      next_step_ = state.step + 1;
      const Round round = learner.next(state, *this);
      parts_.timeline.enter(Phase::kRest);
      count(round, state);
      const Verdict verdict = coordinator.after_step(state, round);
      if (const auto ending = ending_after(round.wishes, verdict)) return *ending;
      if (is_at_limit(state.step)) return Ending::kStepLimit;
    }
    const double epoch_loss = state.close_epoch();
    if (coordinator.after_epoch(state, epoch_loss) == Verdict::kStop) return Ending::kEarlyStopped;
  }
  return Ending::kFinished;
}

Wishes Trainer::before_change() {
  if (parts_.time_limit.is_near(TimeLimit::Clock::now())) parts_.stop_request.run_out_of_time();
  parts_.coordinator.before_update();
  return Wishes(parts_.stop_request, parts_.coordinator.wants_checkpoint(next_step_));
}

}  // namespace galen::trainer
