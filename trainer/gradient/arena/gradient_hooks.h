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

/// Passes on each parameter's gradient as soon as a backward pass has computed it; the tensors' own grad() stays undefined.
class GradientHooks {
 public:
  /// Called within backward(): on a CPU by the calling thread, on a GPU by autograd's thread for that GPU while the caller waits, with the
  /// stream of the backward pass as the current one. backward() rethrows its exceptions.
  using Take = std::function<void(std::size_t parameter, const at::Tensor& gradient)>;

  /// Until this is destroyed, `take` receives the whole gradient of each of `parameters` on which the loss depends, once per pass.
  GradientHooks(const std::vector<at::Tensor>& parameters, Take take);
  ~GradientHooks();
  GradientHooks(const GradientHooks&) = delete;
  GradientHooks& operator=(const GradientHooks&) = delete;

 private:
  Take take_;
  std::vector<std::shared_ptr<torch::autograd::Node>> accumulators_;  // parameters do not keep them alive
};

}  // namespace galen::trainer
