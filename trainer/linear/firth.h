#pragma once

#include "trainer/linear/cholesky.h"
#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

/// Turns the point of a logistic regression into that of the likelihood that Jeffreys' prior penalises (Firth 1993; Heinze & Schemper
/// 2002): −½ log det of the information in the objective, h · (½ − p) in each row's residual, with the hat values h. Returns the curvature
/// that steps are to be taken by: rows weigh 1 + h, as if h / 2 of an event and of none were added to each; with the information itself
/// steps overshoot where h is near 1. One pass. Collective.
Matrix add_firth(const Objective& objective, std::span<const double> coefficients, const Cholesky& information, Point& point);

}  // namespace galen::trainer::linear
