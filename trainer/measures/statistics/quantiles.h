#pragma once

namespace galen::trainer {

/// Distribution functions and their inverses, by Boost.Math. Shares are in [0, 1]; the quantiles of 0 and 1 are the support's ends.
double normal_cdf(double z);
double normal_quantile(double share);
double student_cdf(double t, double degrees);
double student_quantile(double share, double degrees);
double beta_quantile(double share, double a, double b);

/// The probability of more than `f` in Fisher's distribution.
double fisher_tail(double f, double degrees, double residual_degrees);

}  // namespace galen::trainer
