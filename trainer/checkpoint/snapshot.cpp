#include "trainer/checkpoint/snapshot.h"

namespace galen::trainer {

std::vector<models::NamedTensor> weights_of(const models::Model& model) {
  std::vector<models::NamedTensor> weights = model.parameters();
  const std::vector<models::NamedTensor> buffers = model.buffers();
  weights.insert(weights.end(), buffers.begin(), buffers.end());
  return weights;
}

std::int64_t bytes_of(const Snapshot& snapshot) {
  std::int64_t bytes = 0;
  for (const auto* tensors : {&snapshot.weights, &snapshot.optimizer}) {
    for (const auto& named : *tensors) bytes += static_cast<std::int64_t>(named.tensor.nbytes());
  }
  return bytes;
}

}  // namespace galen::trainer
