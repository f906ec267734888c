#include "trainer/gradient/gradient_learner.h"

#include "galen/error.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/lanes/lane_seed.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer {

namespace {

// A lane of a single sample, which the last step of an epoch may have, has no statistics for batch normalisation, and LibTorch refuses it:
// it is normalised by the running averages.
models::Outputs forward(models::Model& model, const Inputs& inputs, bool is_ragged) {
  const bool alone = is_ragged && inputs.samples() == 1 && !model.buffers().empty();
  if (alone) model.set_training(false);
  models::Outputs outputs = model.forward(inputs);
  if (alone) model.set_training(true);
  return outputs;
}

}  // namespace

void check_gradient_options(const GradientOptions& options) {
  check_optimizer(options.optimizer);
  check_schedule(options.schedule);
}

GradientLearner::GradientLearner(const GradientOptions& options, Setting& setting)
    : setting_(setting),
      is_exact_(options.comm.compression == Compression::kNone && options.comm.order == AdditionOrder::kExact),
      options_(setting.options.trainer),
      step_(*setting.model, setting.node, setting.lanes, options.optimizer,
            {.clip_norm = options.optimizer.clip_norm, .skip_nonfinite = options_.on_nonfinite == OnNonfinite::kSkip, .comm = options.comm},
            setting.compute),
      loader_(setting.data.dataset, setting.data.training, setting.data.preparations,
              {.batch = options_.batch,
               .lanes = static_cast<int>(setting.lanes),
               .my_lanes = step_.gradients().my_lanes(),
               .augment = true,
               .seed = setting.options.seed,
               .windows = setting.windows,
               .length_window = setting.options.loading.length_window,
               .threads = setting.loading_threads}),
      schedule_(options.schedule, options.optimizer.learning_rate, loader_.steps(), options_.epochs) {}

std::vector<std::string> GradientLearner::introduction() const {
  std::vector<std::string> sentences;
  if (setting_.workers->node_size() > 1 && !setting_.node.shares_memory()) {
    sentences.emplace_back("note: the ranks of a host cannot share memory (separate containers?), so gradients are sent as messages.");
  }
  if (is_exact_) sentences.push_back(describe_lanes(options_, setting_.lanes, setting_.threads));
  return sentences;
}

// The optimiser's flat state is split by parameter, so that a checkpoint does not depend on the arena's layout.
Snapshot GradientLearner::state() {
  Section optimizer{.name = kOptimizer, .tensors = {}};
  for (const auto& state : step_.optimizer().state()) {
    for (const ParameterSlice& slice : step_.arena().slices()) {
      optimizer.tensors.push_back({state.name + "." + slice.name, state.tensor.narrow(0, slice.begin, slice.end - slice.begin)});
    }
  }
  return {{weights_section(model()), std::move(optimizer)}};
}

std::int64_t GradientLearner::rounds() const {
  const std::int64_t all = loader_.steps() * options_.epochs;
  return options_.max_steps > 0 ? std::min(options_.max_steps, all) : all;
}

Round GradientLearner::next(const TrainingState& state, RoundHost& host) {
  const data::Batch& batch = next_batch(state);
  Optimizer& optimizer = step_.optimizer();
  optimizer.set_learning_rate(schedule_.at(state.step));
  try {
    accumulate_gradients(batch, state.step, host.timeline());
  } catch (const c10::Error& error) {  // names neither place nor time
    throw Error("step {}: LibTorch reports: {}", state.step + 1, error.what_without_backtrace());
  }
  const StepSums sums = step_.complete(host.before_change(), state.step + 1, host.timeline());

  Round round{.loss = sums.loss, .weight = sums.weight, .counts = check(sums, state.step + 1, host), .samples = batch.positions.size()};
  round.consumed = batch.positions.end;
  round.figures.emplace_back("learning_rate", optimizer.learning_rate());
  if (!std::isnan(sums.gradient_norm)) round.figures.emplace_back("gradient_norm", sums.gradient_norm);
  round.wishes = sums.wishes;
  if (round.consumed >= loader_.size()) batch_.reset();
  return round;
}

// The batch of the last round is in use until the next one is requested.
const data::Batch& GradientLearner::next_batch(const TrainingState& state) {
  if (batch_) {
    ++*batch_;
  } else {
    model().set_training(true);
    epoch_.emplace(loader_.epoch(state.epoch, state.samples_consumed));
    batch_.emplace(epoch_->begin());
  }
  return **batch_;
}

void GradientLearner::accumulate_gradients(const data::Batch& batch, std::int64_t step, Timeline& timeline) {
  Gradients& gradients = step_.gradients();
  const at::Device device = setting_.compute.device;
  gradients.begin_step();
  const bool is_ragged = batch.positions.size() < options_.batch;
  for (std::int64_t lane = batch.my_lanes.begin; lane < batch.my_lanes.end; ++lane) {
    const data::Samples samples = batch.lane(lane);
    if (samples.size() == 0) {
      gradients.accumulate({}, 0, 0);
      continue;
    }
    seed_lane(setting_.options.seed, step, lane, device);
    timeline.enter(Phase::kForward);
    gradients.begin_lane();
    const models::Outputs outputs = forward(model(), samples.inputs.to(device, /*non_blocking=*/true), is_ragged);
    const at::Tensor targets = samples.target.to(device, /*non_blocking=*/true);
    const at::Tensor loss = setting_.task->loss(outputs, targets);
    timeline.enter(Phase::kBackward);
    gradients.accumulate(loss, setting_.task->weight(samples.target), samples.size());
  }
}

// Whether the step changed the model.
bool GradientLearner::check(const StepSums& sums, std::int64_t step, RoundHost& host) {
  if (!sums.unused.empty() && !has_said_unused_) {
    host.say(fmt::format("note: parameter {} got no gradient in step {}: the loss does not depend on it.", sums.unused, step));
    has_said_unused_ = true;
  }
  if (sums.updated && std::isfinite(sums.loss) && sums.nonfinite.empty()) return true;
  if (!sums.updated) {
    const std::string why = sums.weight == 0         ? "none of its samples counts in the loss"
                            : sums.nonfinite.empty() ? "its loss is not finite"
                                                     : fmt::format("the gradient of {} is not finite", sums.nonfinite);
    host.say(fmt::format("note: step {} was skipped: {}.", step, why));
    return false;
  }
  throw Error(
      "the loss of step {} is not finite (first parameter whose gradient is not finite: {}). Check the inputs with `galen "
      "inspect`, start another run with a lower optimizer.learning_rate or with optimizer.clip_norm, or continue with --resume and "
      "trainer.on_nonfinite = skip, which skips such steps.",
      step, sums.nonfinite.empty() ? "none" : sums.nonfinite);
}

}  // namespace galen::trainer
