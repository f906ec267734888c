#include "models/named_tensors.h"

#include <unordered_set>

namespace galen::models {

NamedTensors sort_tensors(const std::vector<NamedTensor>& parameters, const std::vector<NamedTensor>& buffers) {
  NamedTensors sorted;
  std::unordered_set<const void*> seen;
  const auto is_new = [&seen](const at::Tensor& tensor) { return tensor.defined() && seen.insert(tensor.unsafeGetTensorImpl()).second; };
  for (const NamedTensor& parameter : parameters) {
    if (!is_new(parameter.tensor)) continue;
    (parameter.tensor.requires_grad() ? sorted.parameters : sorted.buffers).push_back(parameter);
  }
  for (const NamedTensor& buffer : buffers) {
    if (is_new(buffer.tensor)) sorted.buffers.push_back(buffer);
  }
  return sorted;
}

}  // namespace galen::models
