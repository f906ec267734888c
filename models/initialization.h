#pragma once

#include "models/model.h"

#include <cstdint>

namespace galen::models {

enum class Initialization {
  kGlorot,  ///< Keras's: weights U(±√(6 / (fan_in + fan_out))), zero biases [Glorot & Bengio, 2010]
  kTorch,   ///< LibTorch's: weights and biases U(±1/√fan_in), its Kaiming uniform with a = √5
};

/// Draws all parameters; norms start at scale 1 and shift 0 in both. A pure function of the seed and of each parameter's position in
/// model.parameters(), the same on every machine, whatever LibTorch finds there. The parameters are on the CPU.
void initialize(const Model& model, Initialization initialization, std::uint64_t seed);

}  // namespace galen::models
