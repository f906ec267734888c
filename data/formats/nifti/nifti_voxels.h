#pragma once

#include "data/formats/nifti/nifti_header.h"
#include "data/formats/number_faults.h"

#include <ATen/core/Tensor.h>

namespace galen::data {

/// The values of `count` volumes from number `first` on, as stored: [count * components, size[2], size[1], size[0]] f32. What f32 does not
/// hold, and what is no number, is counted. A file that is cut off or damaged throws galen::Error.
at::Tensor read_nifti_voxels(const NiftiHeader& header, std::int64_t first, std::int64_t count, NumberFaults& faults);

}  // namespace galen::data
