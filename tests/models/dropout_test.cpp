#include "models/dropout.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace galen::models {
namespace {

at::Tensor dropped(const at::Tensor& input, double p, std::uint64_t seed = 5) {
  at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  generator.set_current_seed(seed);
  return DropoutImpl(p).forward(input);
}

// By numpy: the key is the first 64 bits of MT19937 seeded with 5, hashed by SplitMix64; a hash of it and a number decides on two elements.
TEST(Dropout, MasksAreTheSameOnEveryMachine) {
  const std::vector<int> kept = {0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1};
  const at::Tensor output = dropped(at::full({23}, 3.0), 0.25);
  for (std::int64_t i = 0; i < output.numel(); ++i) {
    EXPECT_FLOAT_EQ(output[i].item<float>(), kept[static_cast<std::size_t>(i)] ? 4 : 0) << i;
  }
}

TEST(Dropout, KeepsTheShareAndTheMean) {
  const at::Tensor output = dropped(at::ones({400, 500}), 0.3);
  EXPECT_NEAR(output.eq(0).sum().item<double>() / 200000, 0.3, 4 * 0.46 / 447);
  EXPECT_NEAR(output.mean().item<double>(), 1, 0.01);
}

TEST(Dropout, DoesNotDependOnThreads) {
  const int threads = at::get_num_threads();
  const at::Tensor input = at::ones({300, 1001});
  const at::Tensor expected = dropped(input, 0.5);
  for (const int other : {1, 2, 4}) {
    at::set_num_threads(other);
    EXPECT_TRUE(dropped(input, 0.5).equal(expected)) << other;
  }
  at::set_num_threads(threads);
}

TEST(Dropout, LayersAndStepsDiffer) {
  const at::Tensor first = dropped(at::ones({1000}), 0.5);
  EXPECT_FALSE(DropoutImpl(0.5).forward(at::ones({1000})).equal(first)) << "the next layer of the same pass";
  EXPECT_FALSE(dropped(at::ones({1000}), 0.5, 6).equal(first));
}

TEST(Dropout, TheGradientGoesThroughWhatWasKept) {
  const at::Tensor input = at::ones({1000}).requires_grad_();
  const at::Tensor output = dropped(input, 0.5);
  output.sum().backward();
  EXPECT_TRUE(input.grad().equal(output.detach()));
}

TEST(Dropout, IsOffInEvaluation) {
  DropoutImpl layer(0.5);
  layer.eval();
  EXPECT_TRUE(layer.forward(at::ones({100})).eq(1).all().item<bool>());
}

}  // namespace
}  // namespace galen::models
