#pragma once

#include "trainer/linear/objective.h"

#include <cstdint>
#include <span>
#include <utility>

namespace galen::trainer::linear {

/// Where the objective, as low as it gets with coefficient `index` held there, is `rise` above its minimum: the lower and the upper bound.
/// An end that is not reached is infinite. `best`: the coefficients that minimise it, `covariance`: the inverse of the Hessian there. By
/// Newton's method on the root of twice the rise, which is nearly linear; some twenty passes a bound. Collective.
std::pair<double, double> likelihood_interval(const Objective& objective, std::span<const double> best, const Matrix& covariance,
                                              std::int64_t index, double rise);

}  // namespace galen::trainer::linear
