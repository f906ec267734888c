#pragma once

#include "galen/random_stream.h"

#include <array>
#include <string>

namespace galen::data {

/// The shapes that a lesion can have, in the order of the classes of a synthetic data set.
inline constexpr std::array kLesionShapes = {"oval", "spiculated", "ring", "lobulated", "crescent", "cluster", "target", "band"};

/// What a patient's lesions have in common.
struct LesionTraits {
  explicit LesionTraits(RandomStream& random);

  double aspect;     ///< of an oval: short to long axis
  int rays;          ///< of a spiculated lesion
  double thickness;  ///< of a ring's wall
};

/// One lesion.
class Lesion {
 public:
  /// `shape`: index into kLesionShapes; `x`, `y`, `radius` in pixels. Turned by a random angle.
  Lesion(int shape, const LesionTraits& traits, double x, double y, double radius, RandomStream& random);

  /// 1 inside, 0 outside, between the two along an edge of one pixel.
  double cover(double x, double y) const;

 private:
  int shape_;
  LesionTraits traits_;
  double x_, y_, radius_;
  double cos_, sin_;
};

}  // namespace galen::data
