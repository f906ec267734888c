#include "trainer/inline_coordinator.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace galen::trainer {

InlineCoordinator::InlineCoordinator(const CoordinatorOptions& options, CoordinatorParts parts)
    : options_(options), parts_(std::move(parts)), store_(parts_.folder) {
  if (parts_.world.rank() != 0 || parts_.folder.empty()) return;
  std::filesystem::create_directories(parts_.folder);
  metrics_log_.emplace(parts_.folder + "/metrics.jsonl", parts_.manifest.state.step);
  tensorboard_.emplace(parts_.folder);
}

Verdict InlineCoordinator::after_step(TrainingState& state, const StepOutcome& outcome) {
  parts_.progress.step(state.epoch, state.step, outcome.loss, outcome.samples);
  if (options_.log_every_steps > 0 && state.step % options_.log_every_steps == 0) {
    std::vector<std::pair<std::string, double>> values = {{"loss", outcome.loss}, {"learning_rate", outcome.learning_rate}};
    if (!std::isnan(outcome.gradient_norm)) values.emplace_back("gradient_norm", outcome.gradient_norm);
    log(state, "train", values);
  }
  if (options_.checkpoint_every_steps > 0 && state.step % options_.checkpoint_every_steps == 0) save(state, /*best=*/false);
  return Verdict::kContinue;
}

Verdict InlineCoordinator::after_epoch(TrainingState& state, double loss) {
  log(state, "epoch", {{"loss", loss}});
  std::string line = fmt::format("epoch {}: loss {:.4f}", state.epoch, loss);

  bool best = true;
  if (parts_.validate) {
    const Report report = parts_.validate();
    best = improves(state, report);
    std::vector<std::pair<std::string, double>> values;
    for (const Estimate& metric : report.metrics) {
      values.emplace_back(metric.name, metric.value);
      line += fmt::format("{} {} {:.4f}", values.size() == 1 ? ", validation" : ",", metric.name, metric.value);
    }
    log(state, "validation", values);
  }
  parts_.progress.say(line);
  save(state, best);

  const bool out_of_patience = options_.early_stopping_patience > 0 && state.epochs_without_improvement >= options_.early_stopping_patience;
  return out_of_patience ? Verdict::kStop : Verdict::kContinue;
}

void InlineCoordinator::finish(TrainingState& state, Ending) {
  if (state.step != saved_step_) save(state, /*best=*/state.best_step == 0);
}

bool InlineCoordinator::improves(TrainingState& state, const Report& report) const {
  if (!parts_.selection) return true;
  const auto& [metric, larger_is_better] = *parts_.selection;
  const double value = report.value(metric);
  const bool better = std::isnan(state.best_value) || (larger_is_better ? value > state.best_value : value < state.best_value);
  if (better) {
    state.best_value = value;
    state.best_step = state.step;
    state.epochs_without_improvement = 0;
  } else {
    state.epochs_without_improvement += 1;
  }
  return better;
}

void InlineCoordinator::save(const TrainingState& state, bool best) {
  saved_step_ = state.step;
  if (parts_.world.rank() != 0 || parts_.folder.empty()) return;
  parts_.manifest.state = state;
  store_.save(parts_.snapshot, parts_.manifest, best, options_.checkpoint_keep);
}

void InlineCoordinator::log(const TrainingState& state, const std::string& kind,
                            const std::vector<std::pair<std::string, double>>& values) {
  if (!metrics_log_) return;
  metrics_log_->write(state.step, state.epoch, kind, values);
  for (const auto& [name, value] : values) tensorboard_->scalar(kind + "/" + name, value, state.step);
  if (kind != "train") tensorboard_->flush();
}

}  // namespace galen::trainer
