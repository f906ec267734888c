#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

// About the centre of images and volumes, by amounts drawn evenly from ± what is given; 0 comes in from outside. Volumes turn about their
// depth axis (slices stay slices), another one, or all three in turn.

Transform make_rotate(Arguments& arguments, const SampleForm& form);
Transform make_affine(Arguments& arguments, const SampleForm& form);  ///< rotation, scale, shear of rows against one another, translation

}  // namespace galen::data
