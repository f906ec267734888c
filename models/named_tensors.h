#pragma once

#include "models/model.h"

#include <vector>

namespace galen::models {

struct NamedTensors {
  std::vector<NamedTensor> parameters;  ///< trainable
  std::vector<NamedTensor> buffers;     ///< the rest
};

/// Sorts a module's tensors into what a Model shows: frozen parameters go to the buffers, and a tensor that the module holds under
/// several names (tied weights) appears once, under the first.
NamedTensors sort_tensors(const std::vector<NamedTensor>& parameters, const std::vector<NamedTensor>& buffers);

}  // namespace galen::models
