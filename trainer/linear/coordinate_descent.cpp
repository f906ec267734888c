#include "trainer/linear/coordinate_descent.h"

#include "trainer/linear/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace galen::trainer::linear {
namespace {

constexpr double kAtRest = 1e-24;  // decrease of the objective by a coordinate, relative to the largest such decrease
constexpr int kMostSweeps = 100000;

}  // namespace

std::vector<double> minimize_quadratic(const Matrix& hessian, std::span<const double> gradient, std::span<const double> l1,
                                       std::span<const double> start) {
  const Kernels& loops = kernels();
  std::vector<double> theta(start.begin(), start.end());
  std::vector<double> down(gradient.begin(), gradient.end());  // the negative gradient of the smooth part at theta
  double most = 0;

  // Returns twice the decrease of the objective.
  const auto move = [&](std::int64_t i) {
    const double curvature = hessian(i, i);
    if (!(curvature > 0)) return 0.0;
    const double free = curvature * theta[i] + down[i];
    const double shrunk = std::max(std::abs(free) - l1[i], 0.0);
    const double step = std::copysign(shrunk, free) / curvature - theta[i];
    if (step == 0) return 0.0;
    theta[i] += step;
    if (shrunk == 0) theta[i] = 0;
    loops.subtract(down.data(), hessian.row(i), step, hessian.columns);
    return curvature * step * step;
  };
  const auto sweep = [&](bool all) {
    double largest = 0;
    for (std::int64_t i = 0; i < hessian.rows; ++i) {
      if (all || theta[i] != 0 || l1[i] == 0) largest = std::max(largest, move(i));
    }
    most = std::max(most, largest);
    return largest;
  };

  for (int sweeps = 0; sweeps < kMostSweeps; ++sweeps) {
    if (sweep(true) <= kAtRest * most) break;
    while (sweep(false) > kAtRest * most && sweeps < kMostSweeps) ++sweeps;
  }
  return theta;
}

}  // namespace galen::trainer::linear
