#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>

namespace galen::models {

/// Max-pooling over 2×2 windows, then ReLU, in one pass: [N, C, H, W] → [N, C, H / 2, W / 2], the same values and gradients as
/// torch::nn::MaxPool2d(2) and torch::nn::ReLU give. For images in channels-last order, f32, on a CPU it works on whole vectors of
/// channels, and keeps a byte an output instead of an index of eight; others go through LibTorch's two operations.
class MaxPool2dReLUImpl : public torch::nn::Module {
 public:
  at::Tensor forward(const at::Tensor& input);
};

/// A convolution, then MaxPool2dReLU. Where that works on vectors of channels it adds the bias, too: once for a window instead of four
/// times, and the bias's gradient is a sum over a quarter of the elements.
class ConvPoolReLUImpl : public torch::nn::Conv2dImpl {
 public:
  using torch::nn::Conv2dImpl::Conv2dImpl;
  at::Tensor forward(const at::Tensor& input);
};

}  // namespace galen::models
