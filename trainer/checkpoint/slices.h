#pragma once

#include "models/model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// Elements [begin, end) of a tensor, counted in row-major order.
struct TensorSlice {
  std::string name;
  at::Tensor tensor;  ///< the whole tensor
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool whole() const { return begin == 0 && end == tensor.numel(); }
};

/// Part number `part` of `parts` of the tensors, laid end to end and cut into equal byte ranges: a cut may be inside a tensor. Every
/// element is in exactly one part; tensors without elements are in part 0.
std::vector<TensorSlice> slices_of(const std::vector<models::NamedTensor>& tensors, int part, int parts);

}  // namespace galen::trainer
