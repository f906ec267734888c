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

// A step is expected to lower the objective by half its change, in units of log-likelihood: after one of 1e-9 what is left is its square,
// as steps shrink squarely. Firth's shrink by a factor.
constexpr double kSmallChange = 1e-9;
constexpr double kSmallChangeOfFirth = 1e-16;
constexpr double kRefined = 1e-20;  // of a quadratic objective, relative to its first value
constexpr double kSmallestPivot = 1e-13;
constexpr double kDoesNotShrink = 0.3;
constexpr std::int64_t kSettled = 6;  // rounds after which steps are expected to shrink

class Newton : public Solver {
 public:
  explicit Newton(const Problem& problem) : problem_(problem) {}

  void next(FitState& state) override {
    Design design = design_of(problem_, state);
    std::vector<double> coefficients = gather(design, state.coefficients);
    Point point = evaluate(Objective(problem_, design), coefficients);
    if (state.rounds == 0) {
      state.first_objective = point.objective;
      leave_out_dependent(design, state, point);
      design = design_of(problem_, state);
      coefficients = gather(design, state.coefficients);
    }
    if (problem_.family.quadratic()) hessian_ = point.hessian;
    const Objective objective(problem_, design);
    ++state.rounds;
    check_sides(objective, point, coefficients);

    std::optional<Cholesky> factor = Cholesky::of(regular(objective, *point.hessian), kSmallestPivot);
    if (factor && problem_.penalty.firth) factor = Cholesky::of(add_firth(objective, coefficients, *factor, point), kSmallestPivot);
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
    const bool quadratic = problem_.family.quadratic();
    state.converged = quadratic ? change <= kRefined * state.first_objective || state.rounds > 2
                                : change <= (problem_.penalty.firth ? kSmallChangeOfFirth : kSmallChange);
  }

  const Matrix* quadratic_hessian() const override { return problem_.family.quadratic() && hessian_ ? &*hessian_ : nullptr; }

 private:
  // The Hessian of a quadratic objective is kept: later rounds only look at the gradient.
  Point evaluate(const Objective& objective, std::span<const double> coefficients) {
    Point point = objective.at(coefficients, !hessian_.has_value());
    if (hessian_) point.hessian = hessian_;
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

  // With a predictor for each class all intercepts can grow together: that direction, in which the objective is flat, gets a curvature.
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

  // Without a maximum, steps go on at about the same length, in a direction that divides the rows.
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
        "The fit does not get any further in round {}: {}. Columns may be combinations of each other but for rounding, or a penalty is "
        "needed: "
        "penalty.l2.",
        state.rounds, positive ? "no step makes the likelihood larger" : "the information matrix is singular");
  }

  const Problem& problem_;
  std::optional<Matrix> hessian_;
};

}  // namespace

std::unique_ptr<Solver> make_newton(const Problem& problem) { return std::make_unique<Newton>(problem); }

}  // namespace galen::trainer::linear
