#pragma once

#include "trainer/linear/cholesky.h"
#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

/// The terms that Firth's penalty adds to a point of a logistic regression, other than its gradient.
struct FirthTerms {
  Matrix scoring = {};  ///< XᵀWX with row weights w · (1 + h): as if h / 2 of an event and of a non-event were added to each
  Matrix by_rows = {};  ///< the part of the objective's Hessian that is a sum over single rows
  bool strong = false;  ///< a row has a large hat value: steps by `scoring` would shrink slowly
};

/// Adds to the point the terms of Jeffreys' prior (Firth 1993; Heinze & Schemper 2002): −½ log det of the information to the objective, and
/// h · (½ − p) to each row's residual, with the hat values h. One pass. Collective.
FirthTerms add_firth(const Objective& objective, std::span<const double> coefficients, const Cholesky& information, Point& point);

/// The curvature for the steps. If a row is influential it is the Hessian itself, so that steps converge quadratically: the penalty's part
/// ½ tr(I⁻¹ ∂ₛI I⁻¹ ∂ₜI) needs the third moments of the rows, one more pass with as many Gram matrices as there are columns. Otherwise, or
/// if it is not positive definite, or beyond 64 columns, it is `scoring`.
struct FirthCurvature {
  Matrix matrix = {};
  bool exact = false;
};
FirthCurvature firth_curvature(const Objective& objective, std::span<const double> coefficients, const Cholesky& information,
                               FirthTerms terms);

}  // namespace galen::trainer::linear
