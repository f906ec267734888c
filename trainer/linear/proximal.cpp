#include "trainer/linear/coordinate_descent.h"
#include "trainer/linear/solver.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>

namespace galen::trainer::linear {
namespace {

// For a slope of the objective, relative to the number of rows and the targets' scale: columns have deviation 1.
constexpr double kSmallSlope = 1e-11;

class Proximal : public Solver {
 public:
  explicit Proximal(const Problem& problem) : problem_(problem) {}

  void next(FitState& state) override {
    const Design design = design_of(problem_, state);
    const Objective objective(problem_, design);
    std::vector<double> coefficients = gather(design, state.coefficients);
    const bool quadratic = problem_.family.quadratic();
    Point point = state.rounds == 0 ? objective.at_start() : objective.at(coefficients, !quadratic);
    if (!point.hessian) point.hessian = objective.of_squares(coefficients).hessian;
    ++state.rounds;
    if (state.rounds == 1) state.first_objective = largest_slope(objective, coefficients, point.gradient);
    if (is_worse(point.objective, state)) {
      if (state.halvings >= 40) throw Error("The fit makes no progress in round {}: no step reduces the objective.", state.rounds);
      return halve(state);
    }

    state.largest_gradient = largest_slope(objective, coefficients, point.gradient);
    state.halvings = 0;
    state.objective = point.objective;
    state.previous = state.coefficients;
    const double rows = static_cast<double>(problem_.moments.rows);
    const double scale = quadratic ? std::sqrt(2 * point.loss / rows) : 1.0;
    const std::vector<double> target = minimize_quadratic(*point.hessian, point.gradient, objective.l1(), coefficients);
    state.change = 0;
    for (std::size_t i = 0; i < target.size(); ++i) state.change += (target[i] - coefficients[i]) * point.gradient[i];
    scatter(design, target, state.coefficients);
    state.converged = state.largest_gradient <= kSmallSlope * rows * scale;
  }

 private:
  // The largest violation of the Karush-Kuhn-Tucker conditions.
  static double largest_slope(const Objective& objective, std::span<const double> coefficients, std::span<const double> gradient) {
    double largest = 0;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
      const double l1 = objective.l1()[i];
      const double slope = coefficients[i] != 0 ? std::abs(gradient[i] - std::copysign(l1, coefficients[i])) : std::abs(gradient[i]) - l1;
      largest = std::max(largest, slope);
    }
    return largest;
  }

  const Problem& problem_;
};

}  // namespace

std::unique_ptr<Solver> make_proximal(const Problem& problem) { return std::make_unique<Proximal>(problem); }

}  // namespace galen::trainer::linear
