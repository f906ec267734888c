#pragma once

#include <cstdint>

namespace galen::models {

/// Images in channels-last order: channels of a pixel are neighbours.
struct PooledImages {
  std::int64_t count, channels, height, width;
};

/// `input` [count, height, width, channels] → `output` and `winners` [count, height / 2, width / 2, channels]: the largest of each 2×2
/// window plus `bias` [channels], or 0 if that is negative; and which of the window it was (0 to 3, the first in reading order; 4: none,
/// the output is 0). NaN wins over every number. In the widest instructions that this processor has; each gives the same bits.
void pool_relu(const PooledImages& images, const float* input, const float* bias, float* output, std::uint8_t* winners);

/// `output`: gradients, laid out as output was → `input`: each at the place of its winner, 0 elsewhere.
void pool_relu_backward(const PooledImages& images, const float* output, const std::uint8_t* winners, float* input);

/// `output`: as above → `sums` [count, channels]: each image's gradients that have a winner, summed by channel.
void pool_relu_bias_backward(const PooledImages& images, const float* output, const std::uint8_t* winners, float* sums);

}  // namespace galen::models
