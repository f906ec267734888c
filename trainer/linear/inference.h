#pragma once

#include "trainer/linear/fit.h"
#include "trainer/linear/linear_options.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace galen::trainer::linear {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// One coefficient of one linear predictor, on the column as it is. What is not known is NaN.
struct Estimate {
  double coefficient = 0;
  double error = kUndefined;                   ///< standard error
  double statistic = kUndefined;               ///< t or z: coefficient / error
  double p = kUndefined;                       ///< two-sided, of the coefficient being 0
  double low = kUndefined, high = kUndefined;  ///< 95 % interval; infinite where the likelihood never falls far enough
};

/// What is known of a fit beside its coefficients.
struct Inference {
  std::vector<std::vector<Estimate>> estimates = {};  ///< of each linear predictor: intercept, then each column
  std::vector<Dependence> dependent = {};             ///< columns that others make superfluous
  std::vector<std::int64_t> constant = {};            ///< columns with one value only
  std::optional<Matrix> covariance = {};              ///< of all coefficients, as Fit::coefficients() has them
  Covariance kind = Covariance::kModel;               ///< never kAuto
  IntervalKind interval = IntervalKind::kWald;
  std::string why_none = {};           ///< a sentence, where there are no standard errors
  std::optional<double> degrees = {};  ///< of freedom of t; empty: z
  std::int64_t parameters = 0;         ///< coefficients in use

  double log_likelihood = 0, null_log_likelihood = 0;  ///< of the fit, and of the intercepts alone; with Firth's penalty where that is on
  double r_squared = kUndefined, adjusted_r_squared = kUndefined, residual_deviation = kUndefined;  ///< of linear regression
  double f = kUndefined, f_p = kUndefined, f_degrees = 0;                                           ///< of all slopes being 0
  double largest_gradient = 0;  ///< at the coefficients, of scaled columns
};

/// Looks at the rows once more where the fit ended, unless that was after the first round, and a few times for likelihood intervals.
/// Standard errors are
/// - model: of the information, times the residual variance for linear regression;
/// - robust: White's, with n / (n − k) (HC1);
/// - patient: clustered by patient, with G / (G − 1) · (n − 1) / (n − k) for G patients, as statsmodels' cov_type="cluster".
/// Linear regression has t with n − k degrees of freedom, or G − 1 by patient; others have z. Penalties leave no standard errors, but
/// Firth's. A choice that does not fit throws galen::UsageError. Collective; the same on every rank.
Inference infer(const Fit& fit, const InferenceOptions& options);

}  // namespace galen::trainer::linear
