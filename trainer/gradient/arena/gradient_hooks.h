#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace torch::autograd {
struct Node;
}

namespace galen::trainer {

/// Hands over each parameter's gradient as soon as a backward pass has it; the tensors' own grad() stays undefined.
class GradientHooks {
 public:
  /// Called within backward(): on a CPU by the thread that called it, on a GPU by autograd's thread for that GPU while the caller waits,
  /// with the stream of the backward pass as the current one. What it throws comes out of backward().
  using Take = std::function<void(std::size_t parameter, const at::Tensor& gradient)>;

  /// Until this is destroyed, `take` gets the whole gradient of each of `parameters` that the loss depends on, once a pass.
  GradientHooks(const std::vector<at::Tensor>& parameters, Take take);
  ~GradientHooks();
  GradientHooks(const GradientHooks&) = delete;
  GradientHooks& operator=(const GradientHooks&) = delete;

 private:
  Take take_;
  std::vector<std::shared_ptr<torch::autograd::Node>> accumulators_;  // a parameter alone would not keep its own alive
};

}  // namespace galen::trainer
