#pragma once

#include "models/model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// Elements [begin, end) of a tensor, counted in row-major order.
struct TensorSlice {
  std::string name;
  at::Tensor tensor;  ///< all of it
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool whole() const { return begin == 0 && end == tensor.numel(); }
};

/// What part number `part` of `parts` holds of the tensors, laid end to end and cut into equal ranges of bytes: a cut may go through a
/// tensor. Every element is in one part; tensors without elements are in part 0.
std::vector<TensorSlice> slices_of(const std::vector<models::NamedTensor>& tensors, int part, int parts);

}  // namespace galen::trainer
