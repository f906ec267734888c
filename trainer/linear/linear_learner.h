#pragma once

#include "trainer/learner/learner.h"
#include "trainer/learner/setting.h"
#include "trainer/linear/fit.h"
#include "trainer/linear/inference.h"
#include "trainer/linear/linear_options.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer {

struct RegressionOptions {
  PenaltyOptions penalty;
  InferenceOptions inference;
};

/// Linear, logistic and Poisson regression of a table: a round is a step of the solver, and the only epoch ends when it has converged. The
/// coefficients are those of the training split, with the same bits on any number of workers up to the number of lanes, by default
/// 256.
class LinearLearner final : public Learner {
 public:
  /// `setting`: prepared, of a models::LinearModel; must outlive this. Its preparation is fitted again in f64, and replaced. Throws
  /// galen::UsageError for a task or data that the model does not support. Collective.
  LinearLearner(linear::Kind kind, const RegressionOptions& options, Setting& setting);

  models::Model& model() override { return *setting_.model; }
  std::vector<std::string> introduction() const override;
  Snapshot state() override;
  std::int64_t epochs() const override { return 1; }
  std::int64_t rounds() const override { return kMostRounds; }
  bool completes_epoch(const TrainingState& state) const override;
  Round next(const TrainingState& state, RoundHost& host) override;
  Findings findings() override;

 private:
  static constexpr std::int64_t kMostRounds = 500;

  linear::FitSpecification specification(const PenaltyOptions& penalty, std::vector<std::string> columns) const;
  linear::FitState saved_state() const;
  void write(const std::vector<double>& plain);
  void write_covariance(const linear::Inference& inference);

  linear::Kind kind_;
  InferenceOptions inference_options_;
  Setting& setting_;
  data::TablePreparation preparation_;
  std::unique_ptr<linear::Fit> fit_;
  at::Tensor fit_state_;                        // linear::FitState::flat(), f64
  std::optional<linear::Inference> inference_;  // of the last round
};

}  // namespace galen::trainer
