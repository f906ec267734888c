#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

// Transforms that only choose values. What lies outside of a sample is 0, or what argument fill says.

Transform make_crop(Arguments& arguments, const SampleForm& form);         ///< the centre
Transform make_pad(Arguments& arguments, const SampleForm& form);          ///< on both sides
Transform make_flip(Arguments& arguments, const SampleForm& form);         ///< along one axis
Transform make_shift(Arguments& arguments, const SampleForm& form);        ///< by whole cells, at random
Transform make_random_crop(Arguments& arguments, const SampleForm& form);  ///< anywhere; the centre where nothing is random

}  // namespace galen::data
