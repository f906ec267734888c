#include "trainer/gradient/arena/gradient_hooks.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <utility>

namespace galen::trainer {

namespace {

// Inserted before the node that would add the gradient to grad(): an undefined gradient adds nothing.
class TakingHook final : public torch::autograd::FunctionPreHook {
 public:
  TakingHook(std::size_t parameter, const GradientHooks::Take& take) : parameter_(parameter), take_(take) {}

  torch::autograd::variable_list operator()(const torch::autograd::variable_list& gradients) override {
    const at::NoGradGuard no_grad;
    if (gradients.front().defined()) take_(parameter_, gradients.front());
    return {at::Tensor()};
  }

 private:
  std::size_t parameter_;
  const GradientHooks::Take& take_;
};

}  // namespace

GradientHooks::GradientHooks(const std::vector<at::Tensor>& parameters, Take take) : take_(std::move(take)) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    auto accumulator = torch::autograd::impl::grad_accumulator(parameters[p]);
    if (accumulator == nullptr) continue;  // does not require a gradient
    accumulator->add_pre_hook(std::make_unique<TakingHook>(p, take_));
    accumulators_.push_back(std::move(accumulator));
  }
}

// No other code adds hooks to these nodes.
GradientHooks::~GradientHooks() {
  for (const auto& accumulator : accumulators_) accumulator->pre_hooks().clear();
}

}  // namespace galen::trainer
