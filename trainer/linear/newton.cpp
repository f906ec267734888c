#include "trainer/linear/firth.h"
#include "trainer/linear/separation.h"
#include "trainer/linear/solver.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace galen::trainer::linear {
namespace {

// A step is expected to lower the objective by half its change, in units of log-likelihood: after one of 1e-9 the remaining error is its
// square, as Newton's steps converge quadratically. Steps of Firth's scoring shrink by a factor.
constexpr double kSmallChange = 1e-9;
constexpr double kSmallChangeOfScoring = 1e-16;
constexpr double kRefined = 1e-20;  // of a quadratic objective, relative to its first value
// If a column is explained by others to this share, or the targets by all of them, the sums of the start have fewer than ten digits:
// then residuals are summed row by row.
constexpr double kWellKnown = 1e-6;
constexpr double kSmallestPivot = 1e-13;
constexpr double kDoesNotShrink = 0.3;
constexpr std::int64_t kSettled = 6;  // rounds after which steps are expected to shrink

class Newton : public Solver {
 public:
  explicit Newton(const Problem& problem) : problem_(problem) {}

  void next(FitState& state) override {
    Design design = design_of(problem_, state);
    std::vector<double> coefficients = gather(design, state.coefficients);
    const bool first = state.rounds == 0;
    Point point = evaluate(Objective(problem_, design), coefficients, first);
    if (first) {
      state.first_objective = point.objective;
      leave_out_dependent(design, state, point);
      design = design_of(problem_, state);
      coefficients = gather(design, state.coefficients);
    }
    const Objective objective(problem_, design);
    ++state.rounds;
    check_sides(objective, point, coefficients);

    std::optional<Cholesky> factor = Cholesky::of(regular(objective, *point.hessian), kSmallestPivot);
    bool exact = true;
    if (factor && problem_.penalty.firth) {
      FirthTerms terms = add_firth(objective, coefficients, *factor, point);
      const FirthCurvature curvature = firth_curvature(objective, coefficients, *factor, std::move(terms));
      factor = Cholesky::of(curvature.matrix, kSmallestPivot);
      exact = curvature.exact;
    }
    if (!factor || is_worse(point.objective, state)) return step_back(state, factor.has_value());

    const std::vector<double> step = factor->solve(point.gradient);
    const double change = std::inner_product(step.begin(), step.end(), point.gradient.begin(), 0.0);
    check_growth(objective, state, step);
    state.largest_gradient = 0;
    for (const double slope : point.gradient) state.largest_gradient = std::max(state.largest_gradient, std::abs(slope));
    state.objective = point.objective;
    state.change = change;
    state.halvings = 0;
    state.previous = state.coefficients;
    for (std::size_t i = 0; i < step.size(); ++i) coefficients[i] += step[i];
    scatter(design, coefficients, state.coefficients);
    if (!problem_.family.quadratic()) {
      state.converged = change <= (exact ? kSmallChange : kSmallChangeOfScoring);
      return;
    }
    const Point reached = objective.of_squares(coefficients);
    const bool well_known = factor->smallest_share() > kWellKnown && reached.loss > kWellKnown * problem_.start.loss;
    state.converged = (first && well_known) || change <= kRefined * state.first_objective || state.rounds > 2;
    if (first && well_known) state.objective = reached.objective;
  }

 private:
  // The Hessian of a quadratic objective is known from the start: later rounds only compute the gradient.
  Point evaluate(const Objective& objective, std::span<const double> coefficients, bool first) const {
    if (first) return objective.at_start();
    if (!problem_.family.quadratic()) return objective.at(coefficients, true);
    Point point = objective.at(coefficients, false);
    point.hessian = objective.of_squares(coefficients).hessian;
    return point;
  }

  // With all coefficients 0, weights are the same for all rows: the Hessian's first block is the Gram matrix.
  void leave_out_dependent(const Design& design, FitState& state, Point& point) {
    if (problem_.penalty.shrinks()) return;
    const std::int64_t width = design.width();
    std::vector<std::int64_t> all(width);
    std::iota(all.begin(), all.end(), 0);
    for (const Dependence& dependence : dependent_columns(design, select(*point.hessian, all))) state.used[dependence.column] = 0;
    std::vector<std::int64_t> kept;
    for (std::int64_t i = 0; i < point.hessian->rows; ++i) {
      if (i % width == 0 || state.used[design.columns()[i % width - 1]] != 0) kept.push_back(i);
    }
    point.hessian = select(*point.hessian, kept);
    std::vector<double> gradient;
    for (const std::int64_t i : kept) gradient.push_back(point.gradient[i]);
    point.gradient = std::move(gradient);
  }

  // With a predictor for each class all intercepts can grow together: the objective is flat in that direction, so it is given a curvature.
  Matrix regular(const Objective& objective, Matrix hessian) const {
    const std::int64_t outputs = objective.outputs(), width = objective.design().width();
    if (problem_.family.gram_pairs() == outputs * (outputs + 1) / 2) return hessian;
    const double curvature = hessian(0, 0);
    for (std::int64_t a = 0; a < outputs; ++a) {
      for (std::int64_t b = 0; b < outputs; ++b) hessian(a * width, b * width) += curvature;
    }
    return hessian;
  }

  bool may_separate() const { return problem_.family.separable() && !problem_.penalty.shrinks() && !problem_.penalty.firth; }

  void check_sides(const Objective& objective, const Point& point, std::span<const double> coefficients) const {
    if (may_separate() && point.not_separated == 0) throw_separation(objective, coefficients, true);
  }

  // Without a maximum, steps continue with about the same length, in a direction that divides the rows.
  void check_growth(const Objective& objective, FitState& state, std::span<const double> step) const {
    double largest = 0;
    for (std::size_t i = 0; i < step.size(); ++i) {
      if (i % objective.design().width() != 0) largest = std::max(largest, std::abs(step[i]));
    }
    const bool shrinks = largest < kDoesNotShrink * state.largest_step;
    if (may_separate() && state.rounds >= kSettled && !shrinks && divides(objective, step)) throw_separation(objective, step, false);
    state.largest_step = largest;
  }

  void step_back(FitState& state, bool positive) const {
    constexpr std::int64_t kMostHalvings = 40;
    if (!std::isinf(state.objective) && state.halvings < kMostHalvings) return halve(state);
    throw Error(
        "The fit makes no progress in round {}: {}. Columns may be combinations of each other except for rounding, or a penalty is "
        "needed: "
        "penalty.l2.",
        state.rounds, positive ? "no step makes the likelihood larger" : "the information matrix is singular");
  }

  const Problem& problem_;
};

}  // namespace

std::unique_ptr<Solver> make_newton(const Problem& problem) { return std::make_unique<Newton>(problem); }

}  // namespace galen::trainer::linear
