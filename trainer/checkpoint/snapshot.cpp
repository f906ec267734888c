#include "trainer/checkpoint/snapshot.h"

namespace galen::trainer {

const std::vector<models::NamedTensor>& Snapshot::tensors(std::string_view section) const {
  static const std::vector<models::NamedTensor> kNone;
  for (const Section& known : sections) {
    if (known.name == section) return known.tensors;
  }
  return kNone;
}

std::vector<models::NamedTensor> weights_of(const models::Model& model) {
  std::vector<models::NamedTensor> weights = model.parameters();
  const std::vector<models::NamedTensor> buffers = model.buffers();
  weights.insert(weights.end(), buffers.begin(), buffers.end());
  return weights;
}

Section weights_section(const models::Model& model) {
  return {.name = kWeights, .tensors = weights_of(model), .steady = model.parameters().size()};
}

std::int64_t bytes_of(const Snapshot& snapshot) {
  std::int64_t bytes = 0;
  for (const Section& section : snapshot.sections) {
    for (const auto& named : section.tensors) bytes += static_cast<std::int64_t>(named.tensor.nbytes());
  }
  return bytes;
}

}  // namespace galen::trainer
