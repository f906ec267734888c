#pragma once

#include "trainer/linear/cholesky.h"
#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

/// What Firth's penalty adds to a point of a logistic regression, beside its gradient.
struct FirthTerms {
  Matrix scoring = {};  ///< XᵀWX with rows that weigh w · (1 + h): as if h / 2 of an event and of none were added to each
  Matrix by_rows = {};  ///< that part of the Hessian of the whole objective that is a sum over single rows
  bool strong = false;  ///< a row has a large hat value: steps by `scoring` would shrink slowly
};

/// Turns the point into that of the likelihood that Jeffreys' prior penalises (Firth 1993; Heinze & Schemper 2002): −½ log det of the
/// information in the objective, h · (½ − p) in each row's residual, with the hat values h. One pass. Collective.
FirthTerms add_firth(const Objective& objective, std::span<const double> coefficients, const Cholesky& information, Point& point);

/// The curvature that steps are to be taken by. Where a row is influential it is the Hessian itself, so that steps shrink squarely: of the
/// penalty's part ½ tr(I⁻¹ ∂ₛI I⁻¹ ∂ₜI) takes the third moments of the rows, one more pass of as many Gram matrices as there are columns.
/// Elsewhere, where that is not positive definite, and beyond 64 columns it is `scoring`.
struct FirthCurvature {
  Matrix matrix = {};
  bool exact = false;
};
FirthCurvature firth_curvature(const Objective& objective, std::span<const double> coefficients, const Cholesky& information,
                               FirthTerms terms);

}  // namespace galen::trainer::linear
