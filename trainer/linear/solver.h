#pragma once

#include "trainer/linear/cholesky.h"
#include "trainer/linear/objective.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer::linear {

/// All that a fit takes to go on after a round.
struct FitState {
  std::vector<double> coefficients = {};  ///< [outputs · (1 + table columns)] of the scaled, centred columns: to be looked at next
  std::vector<double> previous = {};      ///< the best ones so far
  std::vector<double> used = {};          ///< [table columns]: 0 for those that are left out
  double objective = std::numeric_limits<double>::infinity();  ///< at `previous`
  double first_objective = 0;
  double change = std::numeric_limits<double>::infinity();  ///< expected of the last step: twice how far the objective falls by it
  double largest_step = 0;                                  ///< of a slope, in the last step
  double largest_gradient = 0;                              ///< at `previous`
  double radius = 0;                                        ///< of the trust region
  std::int64_t rounds = 0;
  std::int64_t halvings = 0;  ///< of the last step
  bool converged = false;

  std::vector<double> flat() const;  ///< everything, to be saved
  static FitState from(std::span<const double> flat, std::int64_t outputs, std::int64_t columns);
};

/// Before the first round: no slopes, and the intercepts that fit best without them.
FitState first_state(const Problem& problem);

/// Takes a fit from round to round. A round is a pass over the rows, or a few; the first one needs none, as Start has what it takes.
/// Collective; the same state on every rank.
class Solver {
 public:
  virtual ~Solver() = default;
  /// Throws galen::Error where there is no optimum, or none can be found.
  virtual void next(FitState& state) = 0;
};

/// Columns in use that are combinations of columns before them, to rounding, by their numbers in the table; -1 is the intercept. `gram`: of
/// the design.
std::vector<Dependence> dependent_columns(const Design& design, const Matrix& gram);

/// Beyond so many coefficients the Hessian is not formed.
inline constexpr std::int64_t kLargestHessian = 2000;

/// Newton's method with step halving; least squares end after the first step, unless columns or targets are explained so well that
/// residuals have to be summed for the last digits; with Firth's penalty see firth.h.
std::unique_ptr<Solver> make_newton(const Problem& problem);

/// Trust-region Newton by conjugate gradients (Lin, Weng & Keerthi 2008), for more coefficients than a Hessian is made of.
std::unique_ptr<Solver> make_trust_region(const Problem& problem);

/// Proximal Newton with coordinate descent on the summed Gram matrix (Friedman, Hastie & Tibshirani 2010; Lee, Sun & Saunders 2014), for
/// l1.
std::unique_ptr<Solver> make_proximal(const Problem& problem);

/// The design of the columns in use.
Design design_of(const Problem& problem, const FitState& state);

/// Coefficients of the columns in use, [outputs · design.width()], and back into their places among all.
std::vector<double> gather(const Design& design, std::span<const double> all);
void scatter(const Design& design, std::span<const double> some, std::vector<double>& all);

/// Half way back to the best coefficients.
void halve(FitState& state);

/// Whether a point is worse than the best one by more than rounding; for its first round, false.
bool is_worse(double objective, const FitState& state);

}  // namespace galen::trainer::linear
