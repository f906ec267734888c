#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <memory>

namespace galen::models {

/// ResNet-18 for small images: a 3×3 stem of stride 1 without max-pooling, stages of 64, 128, 256 and 512 channels, global average
/// pooling; logits. The form, and the parameters' names, of the MedMNIST benchmark's 28×28 models. Samples are [C, H, W] of at least 8×8;
/// others throw galen::Error. [He et al., "Deep Residual Learning for Image Recognition", 2015; Yang et al., "MedMNIST v2", 2023.]
std::unique_ptr<Model> make_resnet18(const ModelOptions& options, const ModelShape& shape);

}  // namespace galen::models
