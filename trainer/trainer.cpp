#include "trainer/trainer.h"

#include "galen/error.h"
#include "trainer/randomness.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace galen::trainer {

namespace {

std::optional<Ending> ending_after(Verdict verdict, const StepSums& sums, const TrainingState& state, const TrainerOptions& options) {
  if (sums.interrupted) return Ending::kInterrupted;
  if (sums.preempted) return Ending::kPreempted;
  if (verdict == Verdict::kStop) return Ending::kEarlyStopped;
  if (options.max_steps > 0 && state.step >= options.max_steps) return Ending::kStepLimit;
  return std::nullopt;
}

}  // namespace

Trainer::Trainer(const TrainerOptions& options, double clip_norm, std::uint64_t seed, at::Device device, const TrainerParts& parts)
    : options_(options), clip_norm_(clip_norm), seed_(seed), device_(device), parts_(parts) {}

Ending Trainer::run(TrainingState& state) {
  if (options_.max_steps > 0 && state.step >= options_.max_steps) return Ending::kStepLimit;
  while (state.epoch < options_.epochs) {
    parts_.model.set_training(true);
    for (const data::Batch& batch : parts_.loader.epoch(state.epoch, state.samples_consumed)) {
      parts_.optimizer.set_learning_rate(parts_.schedule.at(state.step));
      const StepSums sums = sum_gradients(batch, state.step);
      const double norm = apply_gradients(sums, state.step);

      state.step += 1;
      state.samples_consumed = batch.positions.end;
      state.epoch_loss += sums.loss;
      state.epoch_weight += sums.weight;
      const StepOutcome outcome{sums.loss / sums.weight, parts_.optimizer.learning_rate(), norm, batch.positions.size()};
      const Verdict verdict = parts_.coordinator.after_step(state, outcome);
      if (const auto ending = ending_after(verdict, sums, state, options_)) return *ending;
    }
    const double epoch_loss = state.close_epoch();
    if (parts_.coordinator.after_epoch(state, epoch_loss) == Verdict::kStop) return Ending::kEarlyStopped;
  }
  return Ending::kFinished;
}

StepSums Trainer::sum_gradients(const data::Batch& batch, std::int64_t step) {
  Gradients& gradients = parts_.gradients;
  gradients.begin_step();
  for (std::int64_t lane = batch.my_lanes.begin; lane < batch.my_lanes.end; ++lane) {
    const data::Samples samples = batch.lane(lane);
    if (samples.size() == 0) {
      gradients.accumulate({}, 0, 0);
      continue;
    }
    seed_lane(seed_, step, lane, device_);
    gradients.begin_lane();
    const at::Tensor outputs = parts_.model.forward(samples.input.to(device_, /*non_blocking=*/true));
    const at::Tensor targets = samples.target.to(device_, /*non_blocking=*/true);
    gradients.accumulate(parts_.task.loss(outputs, targets), parts_.task.weight(samples.target), samples.size());
  }
  return gradients.all_reduce(parts_.stop_request);
}

// Dividing by the weight and clipping are one factor, applied within the optimiser's pass.
double Trainer::apply_gradients(const StepSums& sums, std::int64_t step) {
  check_finite(sums, step);
  double scale = 1 / sums.weight;
  double norm = std::numeric_limits<double>::quiet_NaN();
  if (clip_norm_ > 0) {
    norm = at::linalg_vector_norm(parts_.gradients.arena().gradients()).item<double>() * scale;
    scale *= std::min(1.0, clip_norm_ / (norm + 1e-6));
  }
  parts_.optimizer.step(scale, step + 1);
  return norm;
}

void Trainer::check_finite(const StepSums& sums, std::int64_t step) {
  if (std::isfinite(sums.loss)) return;
  const at::Tensor gradients = parts_.gradients.arena().gradients();
  std::string parameter = "none";
  for (const ParameterSlice& slice : parts_.gradients.arena().slices()) {
    if (!gradients.narrow(0, slice.begin, slice.end - slice.begin).isfinite().all().item<bool>()) {
      parameter = slice.name;
      break;
    }
  }
  throw Error(
      "the loss of step {} is not finite (first parameter whose gradient is not finite: {}). Lower optimizer.learning_rate, set "
      "optimizer.clip_norm, or look at the inputs with `galen inspect`.",
      step + 1, parameter);
}

}  // namespace galen::trainer
