#pragma once

#include <torch/nn/modules/linear.h>

namespace galen::models {

/// torch::nn::Linear whose backward pass can leave the weight's gradient in memory that was made for it. The weight of the first dense
/// layer holds most of a convolutional network's parameters: this saves a tensor of that size, and a copy.
class LinearImpl : public torch::nn::LinearImpl {
 public:
  using torch::nn::LinearImpl::LinearImpl;

  /// [n, in_features] → [n, out_features].
  at::Tensor forward(const at::Tensor& input);

  /// `memory`, contiguous and of the weight's shape, is where the backward pass of the next forward() writes the weight's gradient, unless
  /// that runs without gradients. The pass returns it as the gradient.
  void offer_gradient(at::Tensor memory) { memory_ = std::move(memory); }

 private:
  at::Tensor memory_;
};

}  // namespace galen::models
