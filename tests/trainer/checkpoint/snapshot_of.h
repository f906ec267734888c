#pragma once

#include "trainer/checkpoint/snapshot.h"

#include <utility>
#include <vector>

namespace galen::test {

/// The snapshot of a gradient learner with these tensors.
inline trainer::Snapshot snapshot_of(std::vector<models::NamedTensor> weights, std::vector<models::NamedTensor> optimizer) {
  return {{{.name = trainer::kWeights, .tensors = std::move(weights)}, {.name = trainer::kOptimizer, .tensors = std::move(optimizer)}}};
}

}  // namespace galen::test
