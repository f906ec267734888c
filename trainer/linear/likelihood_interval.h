#pragma once

#include "trainer/linear/objective.h"

#include <cstdint>
#include <span>
#include <utility>

namespace galen::trainer::linear {

/// The lower and the upper bound of coefficient `index`, at which the objective, minimised over the others, is `rise` above its minimum. A
/// bound that is not reached is infinite. `best`: the minimising coefficients, `covariance`: the inverse of the Hessian there. Uses
/// Newton's method on the root of twice the rise, which is nearly linear; about twenty passes for each bound. Collective.
std::pair<double, double> likelihood_interval(const Objective& objective, std::span<const double> best, const Matrix& covariance,
                                              std::int64_t index, double rise);

}  // namespace galen::trainer::linear
