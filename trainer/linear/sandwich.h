#pragma once

#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

/// Σ s sᵀ over the rows' scores s, residual times design, at these coefficients. One pass. Collective.
Matrix scores_by_row(const Objective& objective, std::span<const double> coefficients);

/// Σ s sᵀ over the patients' scores, each the sum of its rows'. One pass. Collective.
Matrix scores_by_patient(const Objective& objective, std::span<const double> coefficients);

/// bread · scores · bread.
Matrix sandwich(const Matrix& bread, const Matrix& scores);

}  // namespace galen::trainer::linear
