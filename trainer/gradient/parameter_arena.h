#pragma once

#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// A parameter's place in the arena: elements [begin, end).
struct ParameterSlice {
  std::string name;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool one_dimensional = false;  ///< a bias or a norm's scale
};

/// All parameters of a model in one flat f32 buffer, and their gradients in another: the model's tensors become views of it, on the
/// model's device. So a reduction, an optimiser step or a snapshot is one pass over contiguous memory.
///
/// Each parameter starts on a 64-byte boundary; the gap before it stays zero. Behind the gradients lies a tail of `tail` elements that are
/// summed over the workers together with them.
class ParameterArena {
 public:
  /// `model` must outlive the arena, already be on its device, and keep its parameter tensors.
  ParameterArena(models::Model& model, std::int64_t tail);

  std::int64_t size() const { return values_.numel(); }
  const std::vector<ParameterSlice>& slices() const { return slices_; }

  at::Tensor& values() { return values_; }        ///< [size()]
  at::Tensor& step_sums() { return step_sums_; }  ///< [size() + tail]: gradients, then the tail
  at::Tensor gradients() const;                   ///< [size()], a view of step_sums()
  at::Tensor tail() const;                        ///< [tail], a view of step_sums()

 private:
  std::vector<ParameterSlice> slices_;
  at::Tensor values_;
  at::Tensor step_sums_;
};

}  // namespace galen::trainer
