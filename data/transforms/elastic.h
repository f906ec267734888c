#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

/// Bends images and volumes: control points, `spacing` cells apart, are moved along each axis by a random distance of deviation
/// `strength` cells, and all in between by cubic B-splines of them (Rueckert et al., "Nonrigid Registration Using Free-Form Deformations",
/// 1999). Nothing folds while strength stays below a tenth of spacing.
Transform make_elastic(Arguments& arguments, const SampleForm& form);

}  // namespace galen::data
