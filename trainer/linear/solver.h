#pragma once

#include "trainer/linear/cholesky.h"
#include "trainer/linear/objective.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer::linear {

/// The complete state of a fit between rounds.
struct FitState {
  std::vector<double> coefficients = {};  ///< [outputs · (1 + table columns)] of the scaled, centred columns: to be evaluated next
  std::vector<double> previous = {};      ///< the best ones so far
  std::vector<double> used = {};          ///< [table columns]: 0 for those that are left out
  double objective = std::numeric_limits<double>::infinity();  ///< at `previous`
  double first_objective = 0;
  double change = std::numeric_limits<double>::infinity();  ///< expected of the last step: twice its decrease of the objective
  double largest_step = 0;                                  ///< of a slope, in the last step
  double largest_gradient = 0;                              ///< at `previous`
  double radius = 0;                                        ///< of the trust region
  std::int64_t rounds = 0;
  std::int64_t halvings = 0;  ///< of the last step
  bool converged = false;

  std::vector<double> flat() const;  ///< everything, to be saved
  static FitState from(std::span<const double> flat, std::int64_t outputs, std::int64_t columns);
};

/// The state before the first round: no slopes, and the intercepts that fit best without them.
FitState first_state(const Problem& problem);

/// Does a fit round by round. A round is one or a few passes over the rows; the first one needs none, as Start has its sums.
/// Collective; the same state on every rank.
class Solver {
 public:
  virtual ~Solver() = default;
  /// Throws galen::Error if there is no optimum, or none can be found.
  virtual void next(FitState& state) = 0;
};

/// Used columns that are combinations of columns before them, except for rounding, by their indices in the table; -1 is the intercept.
/// `gram`: of the design.
std::vector<Dependence> dependent_columns(const Design& design, const Matrix& gram);

/// Number of coefficients above which the Hessian is not formed.
inline constexpr std::int64_t kLargestHessian = 2000;

/// Newton's method with step halving; least squares end after the first step, unless columns or targets are explained so well that
/// residuals must be summed for the last digits; for Firth's penalty see firth.h.
std::unique_ptr<Solver> make_newton(const Problem& problem);

/// Trust-region Newton by conjugate gradients (Lin, Weng & Keerthi 2008), for more coefficients than the Hessian is formed for.
std::unique_ptr<Solver> make_trust_region(const Problem& problem);

/// Proximal Newton with coordinate descent on the summed Gram matrix (Friedman, Hastie & Tibshirani 2010; Lee, Sun & Saunders 2014), for
/// l1.
std::unique_ptr<Solver> make_proximal(const Problem& problem);

/// The design of the columns in use.
Design design_of(const Problem& problem, const FitState& state);

/// Coefficients of the used columns, [outputs · design.width()]; scatter() writes them back into their places among all.
std::vector<double> gather(const Design& design, std::span<const double> all);
void scatter(const Design& design, std::span<const double> some, std::vector<double>& all);

/// Moves half way back to the best coefficients.
void halve(FitState& state);

/// Whether a point is worse than the best one by more than rounding; false in the first round.
bool is_worse(double objective, const FitState& state);

}  // namespace galen::trainer::linear
