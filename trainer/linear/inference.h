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

/// One coefficient of one linear predictor, for the unscaled column. Unknown values are NaN.
struct Estimate {
  double coefficient = 0;
  double error = kUndefined;                   ///< standard error
  double statistic = kUndefined;               ///< t or z: coefficient / error
  double p = kUndefined;                       ///< two-sided, of the coefficient being 0
  double low = kUndefined, high = kUndefined;  ///< 95 % interval; infinite if the likelihood never decreases enough
};

/// The results of a fit other than its coefficients.
struct Inference {
  std::vector<std::vector<Estimate>> estimates = {};  ///< of each linear predictor: intercept, then each column
  std::vector<Dependence> dependent = {};             ///< columns that are combinations of others
  std::vector<std::int64_t> constant = {};            ///< columns with one value only
  std::optional<Matrix> covariance = {};              ///< of all coefficients, ordered as in Fit::coefficients()
  Covariance kind = Covariance::kModel;               ///< never kAuto
  IntervalKind interval = IntervalKind::kWald;
  std::string why_none = {};           ///< a sentence, if there are no standard errors
  std::optional<double> degrees = {};  ///< of freedom of t; empty: z
  std::int64_t parameters = 0;         ///< coefficients in use

  double log_likelihood = 0, null_log_likelihood = 0;  ///< of the fit, and of the intercepts alone; includes Firth's penalty, if used
  double r_squared = kUndefined, adjusted_r_squared = kUndefined, residual_deviation = kUndefined;  ///< of linear regression
  double f = kUndefined, f_p = kUndefined, f_degrees = 0;  ///< of the hypothesis that all slopes are 0
  double largest_gradient = 0;                             ///< at the coefficients, of scaled columns
};

/// Reads the rows once more at the final point, unless that was reached in the first round, and a few times for likelihood intervals.
/// Standard errors are
/// - model: of the information, times the residual variance for linear regression;
/// - robust: White's, with n / (n − k) (HC1);
/// - patient: clustered by patient, with G / (G − 1) · (n − 1) / (n − k) for G patients, as statsmodels' cov_type="cluster".
/// Linear regression uses t with n − k degrees of freedom, or G − 1 by patient; others use z. With penalties other than Firth's there are
/// no standard errors. Throws galen::UsageError for a choice that does not fit. Collective; the same on every rank.
Inference infer(const Fit& fit, const InferenceOptions& options);

}  // namespace galen::trainer::linear
