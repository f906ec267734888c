#include "trainer/trainer.h"

#include "galen/error.h"
#include "trainer/lanes/lane_seed.h"

#include <cmath>
#include <optional>

namespace galen::trainer {

namespace {

std::optional<Ending> ending_after(Verdict verdict, const StepSums& sums, const TrainingState& state, const TrainerOptions& options) {
  if (sums.interrupted) return Ending::kInterrupted;
  if (sums.preempted) return Ending::kPreempted;
  if (sums.out_of_time) return Ending::kOutOfTime;
  if (verdict == Verdict::kStop) return Ending::kEarlyStopped;
  if (options.max_steps > 0 && state.step >= options.max_steps) return Ending::kStepLimit;
  return std::nullopt;
}

// A lane of a single sample, as the last step of an epoch may have, has no statistics for batch normalisation, and LibTorch refuses it: it
// is normalised by the running averages.
at::Tensor forward(models::Model& model, const at::Tensor& input, bool is_ragged) {
  const bool alone = is_ragged && input.size(0) == 1 && !model.buffers().empty();
  if (alone) model.set_training(false);
  const at::Tensor outputs = model.forward(input);
  if (alone) model.set_training(true);
  return outputs;
}

}  // namespace

Trainer::Trainer(const TrainerOptions& options, std::uint64_t seed, at::Device device, const TrainerParts& parts)
    : options_(options), seed_(seed), device_(device), parts_(parts) {}

Ending Trainer::run(TrainingState& state) {
  if (options_.max_steps > 0 && state.step >= options_.max_steps) return Ending::kStepLimit;
  if (parts_.coordinator.at_start(state) == Verdict::kStop) return Ending::kEarlyStopped;
  Optimizer& optimizer = parts_.step.optimizer();
  Timeline& timeline = parts_.timeline;
  while (state.epoch < options_.epochs) {
    parts_.model.set_training(true);
    timeline.enter(Phase::kLoad);
    for (const data::Batch& batch : parts_.loader.epoch(state.epoch, state.samples_consumed)) {
      optimizer.set_learning_rate(parts_.schedule.at(state.step));
      accumulate_gradients(batch, state.step);
      if (parts_.time_limit.is_near(TimeLimit::Clock::now())) parts_.stop_request.run_out_of_time();
      parts_.coordinator.before_update();
      const StepWishes wishes(parts_.stop_request, parts_.coordinator.wants_checkpoint(state.step + 1));
      const StepSums sums = parts_.step.complete(wishes, state.step + 1, timeline);
      timeline.enter(Phase::kRest);

      state.step += 1;
      state.samples_consumed = batch.positions.end;
      if (check(sums, state)) {
        state.epoch_loss += sums.loss;
        state.epoch_weight += sums.weight;
      }
      const StepOutcome outcome{sums.loss / sums.weight, optimizer.learning_rate(), sums.gradient_norm, batch.positions.size(),
                                sums.checkpoint};
      const Verdict verdict = parts_.coordinator.after_step(state, outcome);
      if (const auto ending = ending_after(verdict, sums, state, options_)) return *ending;
      timeline.enter(Phase::kLoad);
    }
    timeline.enter(Phase::kRest);
    const double epoch_loss = state.close_epoch();
    if (parts_.coordinator.after_epoch(state, epoch_loss) == Verdict::kStop) return Ending::kEarlyStopped;
  }
  return Ending::kFinished;
}

void Trainer::accumulate_gradients(const data::Batch& batch, std::int64_t step) {
  Gradients& gradients = parts_.step.gradients();
  gradients.begin_step();
  const bool is_ragged = batch.positions.size() < options_.batch;
  for (std::int64_t lane = batch.my_lanes.begin; lane < batch.my_lanes.end; ++lane) {
    const data::Samples samples = batch.lane(lane);
    if (samples.size() == 0) {
      gradients.accumulate({}, 0, 0);
      continue;
    }
    seed_lane(seed_, step, lane, device_);
    parts_.timeline.enter(Phase::kForward);
    gradients.begin_lane();
    const at::Tensor outputs = forward(parts_.model, samples.input.to(device_, /*non_blocking=*/true), is_ragged);
    const at::Tensor targets = samples.target.to(device_, /*non_blocking=*/true);
    const at::Tensor loss = parts_.task.loss(outputs, targets);
    parts_.timeline.enter(Phase::kBackward);
    gradients.accumulate(loss, parts_.task.weight(samples.target), samples.size());
  }
}

// Whether the step counts.
bool Trainer::check(const StepSums& sums, const TrainingState& state) {
  if (!sums.unused.empty() && !told_of_unused_) {
    parts_.progress.say(
        fmt::format("note: parameter {} got no gradient in step {}: the loss does not depend on it.", sums.unused, state.step));
    told_of_unused_ = true;
  }
  if (sums.updated && std::isfinite(sums.loss) && sums.nonfinite.empty()) return true;
  if (!sums.updated) {
    const std::string why = sums.weight == 0         ? "none of its samples counts in the loss"
                            : sums.nonfinite.empty() ? "its loss is not finite"
                                                     : fmt::format("the gradient of {} is not finite", sums.nonfinite);
    parts_.progress.say(fmt::format("note: step {} was left out: {}.", state.step, why));
    return false;
  }
  throw Error(
      "the loss of step {} is not finite (first parameter whose gradient is not finite: {}). Look at the inputs with `galen "
      "inspect`, begin another run with a lower optimizer.learning_rate or with optimizer.clip_norm, or go on with --resume and "
      "trainer.on_nonfinite = skip, which leaves such steps out.",
      state.step, sums.nonfinite.empty() ? "none" : sums.nonfinite);
}

}  // namespace galen::trainer
