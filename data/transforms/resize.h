#pragma once

#include "data/transforms/arguments.h"
#include "data/transforms/transform.h"

namespace galen::data {

/// Brings samples to other extents, axis by axis. area: the mean over the part of the sample that each value covers; bilinear: between the
/// two nearest cells' centres (as PyTorch with align_corners = False); auto: area along axes that shrink, bilinear along those that
/// grow. Masks: the nearest cell.
Transform make_resize(Arguments& arguments, const SampleForm& form);

}  // namespace galen::data
