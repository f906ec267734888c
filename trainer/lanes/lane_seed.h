#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace galen::trainer {

/// Seeds LibTorch's generator of `device` for one lane of one step, so that what a forward pass draws (dropout) is a pure function of
/// (seed, step, lane) and not of what was drawn before it, or by which rank.
void seed_lane(std::uint64_t seed, std::int64_t step, std::int64_t lane, at::Device device);

}  // namespace galen::trainer
