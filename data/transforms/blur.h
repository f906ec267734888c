#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

// Gaussian smoothing along all axes, cut off at four deviations; samples go on beyond their ends as in a mirror. Masks stay as they are.

Transform make_blur(Arguments& arguments, const SampleForm& form);         ///< of `sigma` cells
Transform make_random_blur(Arguments& arguments, const SampleForm& form);  ///< of 0 to `sigma` cells, drawn evenly

}  // namespace galen::data
