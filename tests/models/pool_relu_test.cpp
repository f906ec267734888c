#include "models/pool_relu.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace galen::models {
namespace {

constexpr at::MemoryFormat kChannelsLast = at::MemoryFormat::ChannelsLast;

struct Outcome {
  at::Tensor output, gradient;
};

// Forward, and backward from a different gradient for each output.
template <typename Forward>
Outcome outcome_of(const at::Tensor& images, Forward forward) {
  const at::Tensor input = images.detach().clone(images.suggest_memory_format()).requires_grad_();
  const at::Tensor output = forward(input);
  output.backward(at::arange(1, 1 + output.numel(), at::kFloat).reshape(output.sizes()));
  return {output.detach(), input.grad()};
}

Outcome ours(const at::Tensor& images) {
  MaxPool2dReLUImpl layer;
  return outcome_of(images, [&](const at::Tensor& input) { return layer.forward(input); });
}

Outcome libtorchs(const at::Tensor& images) {
  return outcome_of(images, [](const at::Tensor& input) { return at::max_pool2d(at::relu(input), 2); });
}

// Few different values, positive and negative, so that windows have ties and dead ones.
at::Tensor images(std::int64_t count, std::int64_t channels, std::int64_t height, std::int64_t width) {
  const at::Tensor values = at::arange(count * channels * height * width, at::kFloat).mul(1.7f).sin().mul(4).round();
  return values.reshape({count, channels, height, width});
}

TEST(MaxPool2dReLU, IsLibTorchsPoolingAndReLU) {
  for (const std::int64_t channels : {2, 5, 16, 33, 64}) {
    for (const auto& [height, width] : {std::pair{2, 2}, {7, 6}, {8, 9}, {5, 5}}) {
      const at::Tensor input = images(3, channels, height, width).contiguous(kChannelsLast);
      const Outcome mine = ours(input), theirs = libtorchs(input);
      EXPECT_TRUE(mine.output.equal(theirs.output)) << channels << " channels of " << height << "×" << width;
      EXPECT_TRUE(mine.gradient.equal(theirs.gradient)) << channels << " channels of " << height << "×" << width;
      EXPECT_TRUE(mine.output.is_contiguous(kChannelsLast));
    }
  }
}

TEST(MaxPool2dReLU, TakesContiguousImagesToo) {
  const at::Tensor input = images(2, 4, 6, 6);
  EXPECT_TRUE(ours(input).output.equal(libtorchs(input).output));
  EXPECT_TRUE(ours(input).gradient.equal(libtorchs(input).gradient));
}

TEST(MaxPool2dReLU, LetsNaNThrough) {
  for (std::int64_t place = 0; place < 4; ++place) {
    at::Tensor input = images(1, 16, 2, 2).contiguous(kChannelsLast);
    input[0][3][place / 2][place % 2].fill_(std::numeric_limits<float>::quiet_NaN());
    const at::Tensor output = ours(input).output;
    EXPECT_TRUE(std::isnan(output[0][3][0][0].item<float>())) << place;
    EXPECT_FALSE(std::isnan(output[0][2][0][0].item<float>()));
  }
}

TEST(ConvPoolReLU, IsAConvolutionWithPoolingAndReLU) {
  ConvPoolReLUImpl layer(torch::nn::Conv2dOptions(3, 16, 3));
  const at::Tensor output_gradient = at::arange(5 * 16 * 4 * 4, at::kFloat).sin().reshape({5, 16, 4, 4});
  const at::Tensor plain = images(5, 3, 10, 11).mul(0.1f);
  std::vector<at::Tensor> results[2];
  for (const bool vectors : {false, true}) {
    layer.zero_grad();
    const at::Tensor input = plain.detach().clone(vectors ? kChannelsLast : at::MemoryFormat::Contiguous).requires_grad_();
    const at::Tensor output = layer.forward(input);
    output.backward(output_gradient);
    results[vectors] = {output.detach(), input.grad(), layer.weight.grad().clone(), layer.bias.grad().clone()};
  }
  for (std::size_t i = 0; i < results[0].size(); ++i) EXPECT_TRUE(results[1][i].allclose(results[0][i], 1e-4, 1e-5)) << i;
}

}  // namespace
}  // namespace galen::models
