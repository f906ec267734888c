#include "models/pool_relu.h"

#include "models/pool_relu_kernels.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

namespace galen::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kWindow = 2;
constexpr at::MemoryFormat kLayout = at::MemoryFormat::ChannelsLast;

PooledImages shape_of(const at::Tensor& images) { return {images.size(0), images.size(1), images.size(2), images.size(3)}; }

bool works_on_vectors(const at::Tensor& images) {
  return images.is_cpu() && images.scalar_type() == at::kFloat && images.suggest_memory_format() == kLayout;
}

struct PoolRelu : torch::autograd::Function<PoolRelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, const at::Tensor& bias) {
    const at::Tensor input = images.contiguous(kLayout);
    const PooledImages shape = shape_of(input);
    const std::vector<std::int64_t> pooled = {shape.count, shape.channels, shape.height / kWindow, shape.width / kWindow};
    const at::Tensor output = at::empty(pooled, input.options(), kLayout);
    const at::Tensor winners = at::empty(pooled, input.options().dtype(at::kByte), kLayout);
    pool_relu(shape, input.const_data_ptr<float>(), bias.contiguous().const_data_ptr<float>(), output.mutable_data_ptr<float>(),
              winners.mutable_data_ptr<std::uint8_t>());
    context->save_for_backward({winners});
    context->saved_data["sizes"] = images.sizes();
    return output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor winners = context->get_saved_variables().front();
    const at::Tensor pooled = gradients.front().contiguous(kLayout);
    const at::Tensor input = at::empty(context->saved_data["sizes"].toIntVector(), pooled.options(), kLayout);
    const auto* pooled_data = pooled.const_data_ptr<float>();
    const auto* winners_data = winners.const_data_ptr<std::uint8_t>();
    pool_relu_backward(shape_of(input), pooled_data, winners_data, input.mutable_data_ptr<float>());
    if (!context->needs_input_grad(1)) return {input, at::Tensor()};
    const at::Tensor bias = at::empty({input.size(1)}, pooled.options());
    pool_relu_bias_backward(shape_of(input), pooled_data, winners_data, bias.mutable_data_ptr<float>());
    return {input, bias};
  }
};

}  // namespace

at::Tensor MaxPool2dReLUImpl::forward(const at::Tensor& input) {
  if (works_on_vectors(input)) return PoolRelu::apply(input, at::zeros({input.size(1)}, input.options()));
  return at::max_pool2d(input, kWindow).relu_();
}

at::Tensor ConvPoolReLUImpl::forward(const at::Tensor& input) {
  if (works_on_vectors(input)) return PoolRelu::apply(at::conv2d(input, weight), bias);
  return at::max_pool2d(at::conv2d(input, weight, bias), kWindow).relu_();
}

}  // namespace galen::models
