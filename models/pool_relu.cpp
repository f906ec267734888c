#include "models/pool_relu.h"

#include "models/pool_relu_kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace galen::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kWindow = 2;
constexpr at::MemoryFormat kLayout = at::MemoryFormat::ChannelsLast;

PooledImages shape_of(const at::Tensor& images) { return {images.size(0), images.size(1), images.size(2), images.size(3)}; }

/// Elements of one image, before and after.
struct ImageSizes {
  explicit ImageSizes(const PooledImages& images)
      : whole(images.channels * images.height * images.width), pooled(images.channels * (images.height / 2) * (images.width / 2)) {}
  std::int64_t whole, pooled;
};

// Calls `work(part, n)` for parts of `images`, of which image n is the first, on LibTorch's threads.
template <typename Work>
void for_parts(const PooledImages& images, Work work) {
  constexpr std::int64_t kWorthAThread = 1 << 15;  // elements
  const std::int64_t grain = kWorthAThread / std::max<std::int64_t>(1, ImageSizes(images).whole) + 1;
  at::parallel_for(0, images.count, grain, [&](std::int64_t begin, std::int64_t end) {
    PooledImages part = images;
    part.count = end - begin;
    work(part, begin);
  });
}

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
    const at::Tensor flat_bias = bias.contiguous();
    for_parts(shape, [&, sizes = ImageSizes(shape)](const PooledImages& part, std::int64_t n) {
      pool_relu(part, input.const_data_ptr<float>() + n * sizes.whole, flat_bias.const_data_ptr<float>(),
                output.mutable_data_ptr<float>() + n * sizes.pooled, winners.mutable_data_ptr<std::uint8_t>() + n * sizes.pooled);
    });
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
    const PooledImages shape = shape_of(input);
    const ImageSizes sizes(shape);
    for_parts(shape, [&](const PooledImages& part, std::int64_t n) {
      pool_relu_backward(part, pooled_data + n * sizes.pooled, winners_data + n * sizes.pooled,
                         input.mutable_data_ptr<float>() + n * sizes.whole);
    });
    if (!context->needs_input_grad(1)) return {input, at::Tensor()};
    const at::Tensor sums = at::empty({shape.count, shape.channels}, pooled.options());
    for_parts(shape, [&](const PooledImages& part, std::int64_t n) {
      pool_relu_bias_backward(part, pooled_data + n * sizes.pooled, winners_data + n * sizes.pooled,
                              sums.mutable_data_ptr<float>() + n * shape.channels);
    });
    return {input, sums.sum(0)};
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
