#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <memory>

namespace galen::models {

// Presets of one network: 3×3 convolutions without padding, each with ReLU and 2×2 max-pooling, and dense layers on top. Samples are
// [C, H, W] of any size that the stack leaves something of; a smaller one throws galen::Error. Options override filters and widths.

/// 28×28 grey images: convolutions of 32, 64 and 64 filters, no pooling after the last; 64 hidden units; logits.
std::unique_ptr<Model> make_cnn28(const ModelOptions& options, const ModelShape& shape);

/// 32×32 colour images: the same stack.
std::unique_ptr<Model> make_cnn32(const ModelOptions& options, const ModelShape& shape);

/// 150×150 colour images: convolutions of 32, 64 and 128 filters; 512 hidden units; probabilities.
std::unique_ptr<Model> make_cnn150(const ModelOptions& options, const ModelShape& shape);

}  // namespace galen::models
