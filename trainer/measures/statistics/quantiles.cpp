#include "trainer/measures/statistics/quantiles.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <limits>

namespace galen::trainer {
namespace {

namespace math = boost::math;
// Only in f64: extended precision differs between processors.
using Policy = math::policies::policy<math::policies::promote_double<false>>;
using Normal = math::normal_distribution<double, Policy>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

double normal_cdf(double z) {
  if (z == kInfinity) return 1;
  if (z == -kInfinity) return 0;
  return math::cdf(Normal(), z);
}

double normal_quantile(double share) {
  if (share <= 0) return -kInfinity;
  if (share >= 1) return kInfinity;
  return math::quantile(Normal(), share);
}

double student_cdf(double t, double degrees) { return math::cdf(math::students_t_distribution<double, Policy>(degrees), t); }

double student_quantile(double share, double degrees) {
  return math::quantile(math::students_t_distribution<double, Policy>(degrees), share);
}

double beta_quantile(double share, double a, double b) { return math::quantile(math::beta_distribution<double, Policy>(a, b), share); }

double fisher_tail(double f, double degrees, double residual_degrees) {
  return math::cdf(math::complement(math::fisher_f_distribution<double, Policy>(degrees, residual_degrees), f));
}

}  // namespace galen::trainer
