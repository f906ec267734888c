#pragma once

#include "trainer/linear/design.h"

#include <span>
#include <vector>

namespace galen::trainer::linear {

/// The θ that minimises ½ (θ − β)ᵀ H (θ − β) − gᵀ (θ − β) + Σ l1 |θ|, from θ = β, by coordinate descent over an active set: first all
/// coordinates, then the nonzero ones until they converge, until a sweep over all changes nothing (Friedman, Hastie & Tibshirani 2010).
std::vector<double> minimize_quadratic(const Matrix& hessian, std::span<const double> gradient, std::span<const double> l1,
                                       std::span<const double> start);

}  // namespace galen::trainer::linear
