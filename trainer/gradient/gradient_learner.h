#pragma once

#include "data/loader.h"
#include "trainer/gradient/exchange/training_step.h"
#include "trainer/gradient/optimizer/optimizer.h"
#include "trainer/gradient/optimizer/schedule.h"
#include "trainer/learner/learner.h"
#include "trainer/learner/setting.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

struct GradientOptions {
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  CommOptions comm;
};

/// Throws galen::UsageError for options that contradict each other, before anything is read.
void check_gradient_options(const GradientOptions& options);

/// Synchronous data-parallel stochastic gradient descent over lanes: a round is one step of the optimiser.
class GradientLearner final : public Learner {
 public:
  /// `setting`: prepared; must outlive this. Collective.
  GradientLearner(const GradientOptions& options, Setting& setting);

  models::Model& model() override { return *setting_.model; }
  std::vector<std::string> introduction() const override;
  Snapshot state() override;
  bool writes(const at::Tensor& tensor) const override { return step_.writes(tensor); }
  std::int64_t epochs() const override { return options_.epochs; }
  std::int64_t rounds() const override;
  bool completes_epoch(const TrainingState& state) const override { return state.samples_consumed >= loader_.size(); }

  /// A loss or gradients that are not finite throw galen::Error naming the step and the first parameter whose gradient is not, unless such
  /// steps are skipped. Errors of LibTorch and CUDA become galen::Error as well.
  Round next(const TrainingState& state, RoundHost& host) override;

 private:
  const data::Batch& next_batch(const TrainingState& state);
  void accumulate_gradients(const data::Batch& batch, std::int64_t step, Timeline& timeline);
  bool check(const StepSums& sums, std::int64_t step, RoundHost& host);

  Setting& setting_;
  const bool is_exact_;  // the same bits for any number of workers
  const TrainerOptions& options_;
  TrainingStep step_;
  data::Loader loader_;
  Schedule schedule_;
  std::optional<data::Loader::Epoch> epoch_;  // the current one
  std::optional<data::Loader::Epoch::Iterator> batch_;
  bool has_said_unused_ = false;
};

}  // namespace galen::trainer
