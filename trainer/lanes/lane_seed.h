#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace galen::trainer {

/// Seeds LibTorch's generator of `device` for one lane of one step, so that random numbers of a forward pass (dropout) are a pure function
/// of (seed, step, lane), independent of earlier draws and of the rank.
void seed_lane(std::uint64_t seed, std::int64_t step, std::int64_t lane, at::Device device);

}  // namespace galen::trainer
