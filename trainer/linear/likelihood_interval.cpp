#include "trainer/linear/likelihood_interval.h"

#include "trainer/linear/cholesky.h"
#include "trainer/linear/firth.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace galen::trainer::linear {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Profile {
  double objective = 0;
  double slope = 0;  // of the objective in the fixed coefficient
};

// The parts of a point that are needed to continue from it.
struct Terrain {
  Point point;
  Matrix curvature;
};

std::optional<Terrain> look(const Objective& objective, std::span<const double> coefficients) {
  Terrain terrain{.point = objective.at(coefficients, true), .curvature = {}};
  terrain.curvature = *terrain.point.hessian;
  if (objective.problem().penalty.firth) {
    const std::optional<Cholesky> information = Cholesky::of(terrain.curvature);
    if (!information) return std::nullopt;
    FirthTerms terms = add_firth(objective, coefficients, *information, terrain.point);
    terrain.curvature = firth_curvature(objective, coefficients, *information, std::move(terms)).matrix;
  }
  return terrain;
}

// Newton's method in all coefficients except `index`, which is fixed. Empty if that fails, far away, where likelihoods are flat.
std::optional<Profile> minimize_others(const Objective& objective, std::vector<double>& coefficients, std::int64_t index) {
  constexpr int kMostRounds = 200;
  constexpr double kSmall = 1e-12;
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < objective.size(); ++i) {
    if (i != index) others.push_back(i);
  }
  std::vector<double> before = coefficients;
  double lowest = kInfinity;
  for (int round = 0, halvings = 0; round < kMostRounds; ++round) {
    const std::optional<Terrain> here = look(objective, coefficients);
    if (!here) return std::nullopt;
    if (!(here->point.objective <= lowest + 1e-12 * std::abs(lowest)) && !std::isinf(lowest)) {
      if (++halvings > 30) return std::nullopt;
      for (std::size_t i = 0; i < coefficients.size(); ++i) coefficients[i] = (coefficients[i] + before[i]) / 2;
      continue;
    }
    halvings = 0;
    lowest = here->point.objective;
    before = coefficients;
    const std::optional<Cholesky> factor = Cholesky::of(select(here->curvature, others));
    if (!factor) return std::nullopt;
    std::vector<double> down;
    for (const std::int64_t i : others) down.push_back(here->point.gradient[i]);
    const std::vector<double> step = factor->solve(down);
    double change = 0;
    for (std::size_t i = 0; i < step.size(); ++i) change += step[i] * down[i];
    if (change <= kSmall) return Profile{lowest - change / 2, -here->point.gradient[index]};
    for (std::size_t i = 0; i < step.size(); ++i) coefficients[others[i]] += step[i];
  }
  return std::nullopt;
}

// The common data of both bounds of an interval.
struct Valley {
  const Objective& objective;
  std::span<const double> best;
  double lowest;
  const Matrix& covariance;
  std::int64_t index;
};

double bound(const Valley& valley, double rise, double sign) {
  const auto& [objective, best, lowest, covariance, index] = valley;
  constexpr int kMostTries = 60;
  const double wanted = std::sqrt(2 * rise);
  const double error = std::sqrt(covariance(index, index));
  double distance = wanted * error;
  double inside = 0, outside = kInfinity;  // distances that enclose the bound
  for (int i = 0; i < kMostTries && distance < 1e4 * error; ++i) {
    // The start of the others: as if the objective were quadratic.
    std::vector<double> coefficients(best.begin(), best.end());
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
      coefficients[k] += sign * distance * covariance(static_cast<std::int64_t>(k), index) / covariance(index, index);
    }
    const std::optional<Profile> profile = minimize_others(objective, coefficients, index);
    if (!profile) {
      outside = distance;
      distance = (inside + outside) / 2;
      continue;
    }
    const double root = std::sqrt(2 * std::max(profile->objective - lowest, 0.0));
    if (std::abs(root - wanted) <= 1e-9 * wanted) return best[index] + sign * distance;
    (root < wanted ? inside : outside) = distance;
    const double slope = sign * profile->slope / std::max(root, 1e-6);
    double next = distance + (wanted - root) / slope;
    if (!(slope > 0) || next > 3 * distance) next = 3 * distance;
    if (!(next > inside && next < outside)) next = std::isinf(outside) ? 2 * distance : (inside + outside) / 2;
    if (std::abs(next - distance) <= 1e-12 * distance) return best[index] + sign * next;
    distance = next;
  }
  return sign * kInfinity;
}

}  // namespace

std::pair<double, double> likelihood_interval(const Objective& objective, std::span<const double> best, const Matrix& covariance,
                                              std::int64_t index, double rise) {
  const std::optional<Terrain> bottom = look(objective, best);
  if (!bottom) return {-kInfinity, kInfinity};
  const Valley valley{objective, best, bottom->point.objective, covariance, index};
  return {bound(valley, rise, -1), bound(valley, rise, 1)};
}

}  // namespace galen::trainer::linear
