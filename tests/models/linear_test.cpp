#include "models/linear.h"

#include "models/factory.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linear.h>
#include <gtest/gtest.h>

#include <vector>

namespace galen::models {
namespace {

at::Tensor linear_waves(std::vector<std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) count *= side;
  return at::arange(count, at::kFloat).mul(0.37f).sin().reshape(shape);
}

class LinearTest : public testing::Test {
 protected:
  LinearTest() {
    const at::NoGradGuard no_grad;
    layer->weight.copy_(linear_waves({3, 5}));
    layer->bias.copy_(linear_waves({3}));
  }

  std::shared_ptr<LinearImpl> layer = std::make_shared<LinearImpl>(torch::nn::LinearOptions(5, 3));
  at::Tensor memory = at::full_like(layer->weight, 9).detach();
};

// By LibTorch's own backward pass.
std::vector<at::Tensor> expected_gradients(const LinearImpl& layer, const at::Tensor& input) {
  const at::Tensor x = input.detach().clone().requires_grad_(), weight = layer.weight.detach().clone().requires_grad_(),
                   bias = layer.bias.detach().clone().requires_grad_();
  at::linear(x, weight, bias).square().sum().backward();
  return {x.grad(), weight.grad(), bias.grad()};
}

TEST_F(LinearTest, LeavesTheWeightsGradientInTheMemoryOffered) {
  const at::Tensor input = linear_waves({4, 5}).requires_grad_();
  const auto expected = expected_gradients(*layer, input);
  layer->offer_gradient(memory);
  const at::Tensor output = layer->forward(input);
  EXPECT_TRUE(output.equal(at::linear(input, layer->weight, layer->bias)));
  output.square().sum().backward();
  EXPECT_EQ(layer->weight.grad().data_ptr(), memory.data_ptr()) << "no tensor of its own";
  EXPECT_TRUE(memory.allclose(expected[1], 1e-5, 1e-6));
  EXPECT_TRUE(input.grad().allclose(expected[0], 1e-5, 1e-6));
  EXPECT_TRUE(layer->bias.grad().allclose(expected[2], 1e-5, 1e-6));
}

TEST_F(LinearTest, NeedsNoBias) {
  LinearImpl bare(torch::nn::LinearOptions(5, 3).bias(false));
  bare.offer_gradient(memory);
  const at::Tensor input = linear_waves({4, 5});
  bare.forward(input).sum().backward();
  EXPECT_TRUE(memory.allclose(input.sum(0).expand({3, 5}), 1e-5, 1e-6));
}

TEST_F(LinearTest, AWeightThatIsUsedTwiceGetsTheSum) {
  const at::Tensor one = linear_waves({4, 5}), two = linear_waves({2, 5}).cos();
  const at::Tensor expected = expected_gradients(*layer, one)[1] + expected_gradients(*layer, two)[1];
  layer->offer_gradient(memory);
  (layer->forward(one).square().sum() + layer->forward(two).square().sum()).backward();
  EXPECT_TRUE(layer->weight.grad().allclose(expected, 1e-5, 1e-6));
}

TEST_F(LinearTest, AnEvaluationLeavesTheOfferForTheNextTrainingStep) {
  layer->offer_gradient(memory);
  {
    const at::NoGradGuard no_grad;
    layer->forward(linear_waves({4, 5}));
  }
  layer->forward(linear_waves({4, 5})).sum().backward();
  EXPECT_EQ(layer->weight.grad().data_ptr(), memory.data_ptr());
  layer->weight.mutable_grad().reset();
  layer->forward(linear_waves({4, 5})).sum().backward();
  EXPECT_NE(layer->weight.grad().data_ptr(), memory.data_ptr()) << "one offer, one pass";
}

TEST(DenseNet, OffersReachTheLayerThatHasTheWeight) {
  ModelOptions options;
  options.name = "dense_net";
  options.hidden = {6};
  const auto model = make_model(options, {{5}, 3, true}, 1);
  std::vector<at::Tensor> memory;
  for (const auto& named : model->parameters()) memory.push_back(at::full_like(named.tensor, 9).detach());
  model->offer_gradients(memory);
  model->forward(linear_waves({4, 5})).main.sum().backward();
  const auto parameters = model->parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const bool is_weight = parameters[p].tensor.dim() == 2;
    EXPECT_EQ(parameters[p].tensor.grad().data_ptr() == memory[p].data_ptr(), is_weight) << parameters[p].name;
  }
}

}  // namespace
}  // namespace galen::models
