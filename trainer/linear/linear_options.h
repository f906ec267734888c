#pragma once

namespace galen::trainer {

struct PenaltyOptions {
  double l2 = 0;       ///< ½ · l2 · ‖w‖² is added to the summed loss, over scaled columns, without the intercept.
  double l1 = 0;       ///< l1 · ‖w‖₁ likewise; with l2: the elastic net.
  bool firth = false;  ///< Logistic regression of two classes: Firth's penalty, which keeps estimates finite, and nearly free of bias.
};

/// How standard errors are found. kAuto: by patient where one has several samples, else from the model.
enum class Covariance { kAuto, kModel, kRobust, kPatient };

/// kWald: estimate ± quantile · error. kLikelihood: where the profile of the likelihood falls by half of χ²'s quantile.
enum class IntervalKind { kWald, kLikelihood };

struct InferenceOptions {
  Covariance covariance = Covariance::kAuto;
  IntervalKind interval = IntervalKind::kWald;
};

}  // namespace galen::trainer
