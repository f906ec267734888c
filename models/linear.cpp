#include "models/linear.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <utility>

namespace galen::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct LinearInto : torch::autograd::Function<LinearInto> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias, const at::Tensor& memory) {
    context->save_for_backward({input, weight});
    context->saved_data["memory"] = memory;
    return at::linear(input, weight, bias);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor& output_gradient = gradients.front();
    variable_list result(4);
    if (context->needs_input_grad(0)) result[0] = output_gradient.mm(saved[1]);
    // A tensor of its own for the memory: autograd may keep it, or add to it where the weight has other uses.
    if (context->needs_input_grad(1)) {
      result[1] = context->saved_data["memory"].toTensor().detach();
      at::mm_out(result[1], output_gradient.t(), saved[0]);
    }
    if (context->needs_input_grad(2)) result[2] = output_gradient.sum(0);
    return result;
  }
};

}  // namespace

at::Tensor LinearImpl::forward(const at::Tensor& input) {
  if (!memory_.defined() || !at::GradMode::is_enabled()) return torch::nn::LinearImpl::forward(input);
  const std::optional<at::Tensor> given_bias = options.bias() ? std::optional(bias) : std::nullopt;
  return LinearInto::apply(input, weight, given_bias, std::exchange(memory_, {}));
}

}  // namespace galen::models
