#include "data/synthetic/lesion.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace galen::data {
namespace {

// Distances to the edge, inside positive, in units of the lesion's radius. max() joins two shapes, min() intersects them.
double disc(double u, double v, double radius) { return radius - std::hypot(u, v); }

double capsule(double u, double v, double tip_u, double tip_v, double half_width) {
  const double along = std::clamp((u * tip_u + v * tip_v) / (tip_u * tip_u + tip_v * tip_v), 0.0, 1.0);
  return half_width - std::hypot(u - along * tip_u, v - along * tip_v);
}

double wall(double u, double v, double thickness) { return std::min(disc(u, v, 1.0), -disc(u, v, 1.0 - thickness)); }

/// Of the `count` discs on a circle around the centre, the nearest.
double discs_around(double u, double v, int count, double distance, double radius) {
  double depth = -10;
  for (int k = 0; k < count; ++k) {
    const double angle = 2 * std::numbers::pi * k / count;
    depth = std::max(depth, disc(u - distance * std::cos(angle), v - distance * std::sin(angle), radius));
  }
  return depth;
}

double oval(double u, double v, const LesionTraits& traits) { return traits.aspect * disc(u, v / traits.aspect, 1.0); }

double spiculated(double u, double v, const LesionTraits& traits) {
  double depth = disc(u, v, 0.42);
  for (int k = 0; k < traits.rays; ++k) {
    const double angle = 2 * std::numbers::pi * k / traits.rays;
    const double length = k % 2 == 0 ? 1.25 : 0.95;
    depth = std::max(depth, capsule(u, v, length * std::cos(angle), length * std::sin(angle), 0.1));
  }
  return depth;
}

double ring(double u, double v, const LesionTraits& traits) { return wall(u, v, traits.thickness); }
double lobulated(double u, double v, const LesionTraits&) { return discs_around(u, v, 3, 0.5, 0.55); }
double crescent(double u, double v, const LesionTraits&) { return std::min(disc(u, v, 1.0), -disc(u - 0.5, v, 0.8)); }
double cluster(double u, double v, const LesionTraits&) { return discs_around(u, v, 5, 0.8, 0.27); }
double target(double u, double v, const LesionTraits& traits) { return std::max(wall(u, v, traits.thickness), disc(u, v, 0.3)); }
double band(double u, double v, const LesionTraits&) { return capsule(u + 1.1, v, 2.2, 0.0, 0.2); }

using Depth = double (*)(double u, double v, const LesionTraits& traits);
constexpr Depth kDepths[] = {oval, spiculated, ring, lobulated, crescent, cluster, target, band};
static_assert(std::size(kDepths) == kLesionShapes.size());

}  // namespace

LesionTraits::LesionTraits(RandomStream& random)
    : aspect(random.uniform(0.65, 0.95)), rays(static_cast<int>(random.uniform(6, 9))), thickness(random.uniform(0.25, 0.35)) {}

Lesion::Lesion(int shape, const LesionTraits& traits, double x, double y, double radius, RandomStream& random)
    : shape_(shape), traits_(traits), x_(x), y_(y), radius_(radius) {
  TORCH_CHECK(shape >= 0 && shape < static_cast<int>(kLesionShapes.size()));
  const double angle = random.uniform(0, 2 * std::numbers::pi);
  cos_ = std::cos(angle);
  sin_ = std::sin(angle);
}

double Lesion::cover(double x, double y) const {
  const double u = (cos_ * (x - x_) + sin_ * (y - y_)) / radius_;
  const double v = (cos_ * (y - y_) - sin_ * (x - x_)) / radius_;
  constexpr double kReach = 1.5;
  if (std::abs(u) > kReach || std::abs(v) > kReach) return 0;
  return std::clamp(0.5 + radius_ * kDepths[shape_](u, v, traits_), 0.0, 1.0);
}

}  // namespace galen::data
