#pragma once

#include "galen/enum_names.h"

#include <array>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

struct PenaltyOptions {
  double l2 = 0;       ///< ½ · l2 · ‖w‖² is added to the summed loss, over scaled columns, without the intercept.
  double l1 = 0;       ///< l1 · ‖w‖₁ is added as well; with l2: the elastic net.
  bool firth = false;  ///< Logistic regression of two classes: Firth's penalty, which keeps estimates finite, and nearly free of bias.
};

/// The method of standard errors. kAuto: by patient if one has several samples, else from the model.
enum class Covariance { kAuto, kModel, kRobust, kPatient };
constexpr auto enum_names(Covariance) {
  return std::to_array<EnumName<Covariance>>(
      {{Covariance::kAuto, "auto"}, {Covariance::kModel, "model"}, {Covariance::kRobust, "robust"}, {Covariance::kPatient, "patient"}});
}

/// kWald: estimate ± quantile · error. kLikelihood: the range where the profile likelihood falls by less than half of χ²'s quantile.
enum class IntervalKind { kWald, kLikelihood };
constexpr auto enum_names(IntervalKind) {
  return std::to_array<EnumName<IntervalKind>>({{IntervalKind::kWald, "wald"}, {IntervalKind::kLikelihood, "likelihood"}});
}

struct InferenceOptions {
  Covariance covariance = Covariance::kAuto;
  IntervalKind interval = IntervalKind::kWald;
};

std::vector<Option> describe(PenaltyOptions& options);
std::vector<Option> describe(InferenceOptions& options);

}  // namespace galen::trainer
