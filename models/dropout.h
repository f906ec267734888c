#pragma once

#include <torch/nn/modules/dropout.h>

namespace galen::models {

/// torch::nn::Dropout, whose mask on a CPU is a pure function of one draw from LibTorch's default generator and of an element's place.
/// LibTorch's own mask is drawn by other algorithms on other makers' processors.
struct DropoutImpl : torch::nn::DropoutImpl {
  using torch::nn::DropoutImpl::DropoutImpl;
  at::Tensor forward(const at::Tensor& input);
};

}  // namespace galen::models
