#include "models/initialization.h"

#include "models/factory.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

namespace galen::models {
namespace {

std::map<std::string, at::Tensor> values_of(const ModelOptions& options, const ModelShape& shape = {{1, 28, 28}, 10, true}) {
  std::map<std::string, at::Tensor> values;
  for (const auto& [name, tensor] : make_model(options, shape, /*seed=*/3)->parameters()) values[name] = tensor.detach();
  return values;
}

// Within ±limit, up to it, centred, and as wide as a uniform distribution is: limit / √3.
void expect_uniform(const at::Tensor& values, double limit) {
  const double count = static_cast<double>(values.numel());
  EXPECT_LE(values.abs().max().item<float>(), limit);
  EXPECT_GT(values.abs().max().item<float>(), limit * (1 - 20 / count));
  EXPECT_NEAR(values.mean().item<float>(), 0, 4 * limit / std::sqrt(3 * count));
  EXPECT_NEAR(values.std().item<float>(), limit / std::sqrt(3.0), limit * 2 / std::sqrt(count));
}

// keras.initializers.GlorotUniform: fans of a convolution are its receptive field times its channels in, and out.
TEST(Initialization, GlorotIsKeras) {
  const auto values = values_of({.name = "cnn28"});
  expect_uniform(values.at("conv1.weight"), std::sqrt(6.0 / (9 * 1 + 9 * 32)));
  expect_uniform(values.at("conv2.weight"), std::sqrt(6.0 / (9 * 32 + 9 * 64)));
  expect_uniform(values.at("dense1.weight"), std::sqrt(6.0 / (576 + 64)));
  for (const char* bias : {"conv1.bias", "conv3.bias", "dense1.bias", "output.bias"})
    EXPECT_TRUE(values.at(bias).eq(0).all().item<bool>()) << bias;
}

std::int64_t sum_of_bits(const at::Tensor& values) { return values.view(at::kInt).sum().item<std::int64_t>(); }

// By numpy, from the formulas of galen/splitmix64.h and galen/random_stream.h. tests/models/CMakeLists.txt runs this once more for each set
// of instructions that LibTorch may find.
TEST(Initialization, HasTheSameBitsOnEveryMachine) {
  const at::Tensor weight = values_of({.name = "cnn28"}).at("conv2.weight").flatten();
  EXPECT_EQ(weight[0].item<float>(), 0x1.52b534p-4f);
  EXPECT_EQ(weight[1].item<float>(), -0x1.53222ap-5f);
  EXPECT_EQ(sum_of_bits(weight), -954505786271);
  EXPECT_EQ(sum_of_bits(values_of({.name = "cnn28", .initialization = InitialWeights::kTorch}).at("conv1.bias")), 7470320710);
}

TEST(Initialization, TorchIsKaimingUniformWithBiases) {
  const auto values = values_of({.name = "cnn28", .initialization = InitialWeights::kTorch});
  expect_uniform(values.at("conv2.weight"), 1 / std::sqrt(9.0 * 32));
  expect_uniform(values.at("conv2.bias"), 1 / std::sqrt(9.0 * 32));
  expect_uniform(values.at("dense1.weight"), 1 / std::sqrt(576.0));
  expect_uniform(values.at("dense1.bias"), 1 / std::sqrt(576.0));
}

TEST(Initialization, ResNet18StartsAsPyTorchDoesByDefault) {
  const auto values = values_of({.name = "resnet18"});
  expect_uniform(values.at("conv1.weight"), 1 / std::sqrt(9.0));
  expect_uniform(values.at("layer2.0.shortcut.0.weight"), 1 / std::sqrt(64.0));
  expect_uniform(values.at("layer4.1.conv2.weight"), 1 / std::sqrt(9.0 * 512));
  expect_uniform(values.at("linear.weight"), 1 / std::sqrt(512.0));
  EXPECT_TRUE(values.at("layer3.0.bn2.weight").eq(1).all().item<bool>());
  EXPECT_TRUE(values.at("layer3.0.bn2.bias").eq(0).all().item<bool>());
}

TEST(Initialization, NormsStartAsIdentity) {
  for (const InitialWeights initialization : {InitialWeights::kGlorot, InitialWeights::kTorch}) {
    const auto values = values_of({.name = "cnn28", .initialization = initialization, .batch_norm = true});
    EXPECT_TRUE(values.at("norm2.weight").eq(1).all().item<bool>());
    EXPECT_TRUE(values.at("norm2.bias").eq(0).all().item<bool>());
  }
}

TEST(Initialization, LayersOfOneShapeDiffer) {
  const auto values = values_of({.name = "dense_net", .hidden = {64, 64, 64}});
  EXPECT_FALSE(at::equal(values.at("dense2.weight"), values.at("dense3.weight")));
}

TEST(Initialization, NeighbouringSeedsShareNoLayer) {
  const ModelShape shape{{64}, 64, true};
  const ModelOptions options{.name = "dense_net", .hidden = {64, 64, 64}};
  const auto first = make_model(options, shape, 1)->parameters(), second = make_model(options, shape, 2)->parameters();
  for (const auto& [a, ours] : first) {
    for (const auto& [b, theirs] : second) {
      EXPECT_TRUE(ours.dim() == 1 || !at::equal(ours, theirs)) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace galen::models
