#include "trainer/checkpoint/slices.h"

#include <algorithm>

namespace galen::trainer {

std::vector<TensorSlice> slices_of(const std::vector<models::NamedTensor>& tensors, int part, int parts) {
  std::int64_t total = 0;
  for (const auto& named : tensors) total += static_cast<std::int64_t>(named.tensor.nbytes());
  const auto cut = [&](int before) { return total / parts * before + total % parts * before / parts; };

  std::vector<TensorSlice> slices;
  std::int64_t offset = 0;  // within the tensor
  for (const auto& [name, tensor] : tensors) {
    const auto size = static_cast<std::int64_t>(tensor.nbytes());
    const auto element = static_cast<std::int64_t>(tensor.element_size());
    const auto elements_before = [&](std::int64_t byte) { return std::clamp<std::int64_t>(byte - offset, 0, size) / element; };
    const std::int64_t begin = elements_before(cut(part));
    const std::int64_t end = elements_before(cut(part + 1));
    if (begin < end || (size == 0 && part == 0)) slices.push_back({name, tensor, begin, end});
    offset += size;
  }
  return slices;
}

}  // namespace galen::trainer
