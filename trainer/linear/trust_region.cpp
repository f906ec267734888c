#include "trainer/linear/separation.h"
#include "trainer/linear/solver.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace galen::trainer::linear {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

void add_multiple(Vector& to, const Vector& from, double factor) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

// The distance from `point` along `direction` to the sphere of `radius`.
double to_sphere(const Vector& point, const Vector& direction, double radius) {
  const double a = dot(direction, direction), b = dot(point, direction), c = dot(point, point) - radius * radius;
  return (-b + std::sqrt(std::max(b * b - a * c, 0.0))) / a;
}

struct Step {
  Vector step;
  double predicted = 0;  // decrease of the quadratic model
};

class TrustRegion : public Solver {
 public:
  explicit TrustRegion(const Problem& problem) : problem_(problem) {}

  void next(FitState& state) override {
    const Design design = design_of(problem_, state);
    const Objective objective(problem_, design);
    Vector coefficients = gather(design, state.coefficients);
    const Point point = state.rounds == 0 ? objective.at_start() : objective.at(coefficients, false);
    ++state.rounds;
    const double length = std::sqrt(dot(point.gradient, point.gradient));
    if (state.rounds == 1) {
      state.first_objective = length;
      state.radius = std::sqrt(static_cast<double>(coefficients.size()));
    } else if (!std::isinf(state.objective) && !judge(state, point)) {
      return;
    }
    if (problem_.family.separable() && !problem_.penalty.shrinks() && point.not_separated == 0) {
      throw_separation(objective, coefficients, true);
    }

    state.objective = point.objective;
    state.previous = state.coefficients;
    state.largest_gradient = 0;
    for (const double slope : point.gradient) state.largest_gradient = std::max(state.largest_gradient, std::abs(slope));
    const double precision = std::min(0.1, std::sqrt(length / state.first_objective)) * length;
    const Step found = conjugate_gradients(objective, coefficients, point.gradient, state.radius, precision);
    state.change = 2 * found.predicted;
    state.largest_step = std::sqrt(dot(found.step, found.step));
    add_multiple(coefficients, found.step, 1);
    scatter(design, coefficients, state.coefficients);
    state.converged = state.change <= kSmallChange * scale_of(state);
  }

 private:
  static constexpr double kSmallChange = 1e-14;

  // The scale of log-likelihoods is fixed; that of squares depends on the targets.
  double scale_of(const FitState& state) const {
    return problem_.family.quadratic() ? 2 * state.objective / static_cast<double>(problem_.moments.rows) : 1.0;
  }

  // Changes the radius by the last step's effect on the objective; false: the step is rejected.
  static bool judge(FitState& state, const Point& point) {
    const double predicted = state.change / 2;
    const double actual = state.objective - point.objective;
    if (!(actual > 1e-4 * predicted) && predicted > 1e-12 * std::abs(state.objective)) {
      if (state.halvings >= 60) throw Error("The fit makes no progress in round {}: no step reduces the objective.", state.rounds);
      ++state.halvings;
      state.radius = std::min(state.radius, state.largest_step) / 4;
      state.coefficients = state.previous;
      state.objective = std::numeric_limits<double>::infinity();  // the earlier point needs no comparison
      return false;
    }
    if (actual > 0.75 * predicted) state.radius = std::max(state.radius, 4 * state.largest_step);
    if (actual < 0.25 * predicted) state.radius = std::min(state.radius, state.largest_step / 2);
    state.halvings = 0;
    return true;
  }

  // Steihaug's method: until the model's gradient is small, or the sphere is reached.
  static Step conjugate_gradients(const Objective& objective, const Vector& coefficients, const Vector& gradient, double radius,
                                  double precision) {
    constexpr int kMostProducts = 400;
    Step found{.step = Vector(gradient.size())};
    Vector residual = gradient, direction = gradient;
    double length = dot(residual, residual);
    for (int i = 0; i < kMostProducts && std::sqrt(length) > precision; ++i) {
      const Vector curved = objective.curve(coefficients, direction);
      const double curvature = dot(direction, curved);
      if (!(curvature > 0)) break;
      double share = length / curvature;
      Vector further = found.step;
      add_multiple(further, direction, share);
      const bool outside = dot(further, further) > radius * radius;
      if (outside) share = to_sphere(found.step, direction, radius);
      add_multiple(found.step, direction, share);
      add_multiple(residual, curved, -share);
      if (outside) break;
      const double next = dot(residual, residual);
      for (std::size_t k = 0; k < direction.size(); ++k) direction[k] = residual[k] + next / length * direction[k];
      length = next;
    }
    found.predicted = (dot(gradient, found.step) + dot(residual, found.step)) / 2;
    return found;
  }

  const Problem& problem_;
};

}  // namespace

std::unique_ptr<Solver> make_trust_region(const Problem& problem) { return std::make_unique<TrustRegion>(problem); }

}  // namespace galen::trainer::linear
