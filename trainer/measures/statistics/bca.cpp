#include "trainer/measures/statistics/bca.h"

#include "trainer/measures/statistics/quantiles.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

double percentile(const std::vector<double>& ascending, double fraction) {
  const double place = fraction * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

// The position of the metric among its resamples, as a normal deviate; half of the equal ones count as smaller.
double bias(double value, const std::vector<double>& ascending) {
  const auto [first, last] = std::equal_range(ascending.begin(), ascending.end(), value);
  const auto count = static_cast<double>(ascending.size());
  const double below = static_cast<double>(first - ascending.begin()) + static_cast<double>(last - first) / 2;
  return normal_quantile(std::clamp(below / count, 0.5 / count, 1 - 0.5 / count));
}

double acceleration(std::span<const double> influences) {
  double mean = 0;
  for (const double influence : influences) mean += influence / static_cast<double>(influences.size());
  double squares = 0;
  double cubes = 0;
  for (const double influence : influences) {
    const double away = influence - mean;
    squares += away * away;
    cubes += away * away * away;
  }
  const double value = cubes / (6 * std::pow(squares, 1.5));
  return std::isfinite(value) ? value : 0;  // a metric that is undefined without one of the patients
}

}  // namespace

BcaInterval::BcaInterval(double value, std::vector<double> resampled, std::span<const double> influences) {
  undefined = std::erase_if(resampled, [](double each) { return !std::isfinite(each); });
  if (resampled.empty()) {
    interval.absent = "it is undefined in every resample";
    return;
  }
  std::sort(resampled.begin(), resampled.end());
  const double z0 = bias(value, resampled);
  const double a = acceleration(influences);
  const auto limit = [&](double share) {
    const double z = z0 + normal_quantile(share);
    return percentile(resampled, normal_cdf(z0 + z / std::max(1 - a * z, 1e-9)));
  };
  const double low = limit(0.025);
  const double high = limit(0.975);
  const double rounding = 1e-12 * std::max(std::abs(low), std::abs(high));
  if (high - low > rounding) {
    interval = {low, high, Method::kBootstrap};
  } else {
    interval.absent = "nearly all resamples give the same figure";
  }
}

}  // namespace galen::trainer
