#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

// What takes away from a sample; masks stay as they are.

/// Adds to each value a random number of a bell-shaped distribution (RandomStream::bell), of `amount` times the channel's own deviation.
Transform make_noise(Arguments& arguments, const SampleForm& form);

/// Puts each channel's mean into a box of the given extents around a random cell (DeVries & Taylor, "Improved Regularization of
/// Convolutional Neural Networks with Cutout", 2017); near an edge, less of it is inside.
Transform make_cutout(Arguments& arguments, const SampleForm& form);

}  // namespace galen::data
