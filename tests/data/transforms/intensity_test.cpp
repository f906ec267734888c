#include "data/transforms/intensity.h"

#include "data/transforms/transforms.h"
#include "tests/data/transforms/samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/tensor.h>

#include <cmath>

namespace galen::data {
namespace {

using test::augmented;
using test::expect_near;
using test::prepared;
using test::random_sample;

TEST(Window, MapsHounsfieldUnitsToZeroAndOne) {
  const at::Tensor slice = at::tensor({-1000.F, -160.F, -60.F, 40.F, 240.F, 3000.F}).view({1, 2, 3});
  expect_near(prepared("window(-160, 240)", slice), at::tensor({0.F, 0.F, 0.25F, 0.5F, 1.F, 1.F}).view({1, 2, 3}), 1e-6);
  const Transforms transforms({"window(-160, 240)", ""}, {1, 2, 3}, {-32768, 32767});
  EXPECT_EQ(transforms.output_range().low, 0);
  EXPECT_EQ(transforms.output_range().high, 1);
}

TEST(Grey, IsTheLumaOfColours) {
  const at::Tensor image = random_sample({3, 4, 5});
  expect_near(prepared("grey", image), (0.299 * image[0] + 0.587 * image[1] + 0.114 * image[2]).unsqueeze(0), 1e-4);
  EXPECT_TRUE(at::equal(prepared("grey", image.slice(0, 0, 1).contiguous()), image.slice(0, 0, 1)));
}

TEST(Standardize, BringsEachChannelOfASampleToMeanZeroAndDeviationOne) {
  const at::Tensor image = random_sample({2, 9, 9});
  const at::Tensor flat = image.view({2, 81});
  const at::Tensor expected = (flat - flat.mean(1, true)) / flat.std(1, /*unbiased=*/false, true);
  expect_near(prepared("standardize", image), expected.view({2, 9, 9}), 1e-5);
  expect_near(prepared("standardize", at::tensor({7.F, 7.F}).view({1, 1, 2})), at::tensor({0.F, 0.F}).view({1, 1, 2}), 0);
}

TEST(Gamma, KeepsTheExtremesAndBendsWhatLiesBetween) {
  const at::Tensor image = random_sample({1, 9, 9});
  const float low = image.min().item<float>();
  const float high = image.max().item<float>();
  expect_near(prepared("gamma(2.2)", image), at::pow((image - low) / (high - low), 2.2) * (high - low) + low, 1e-3);
  int brighter = 0;
  for (std::int64_t sample = 0; sample < 400; ++sample) {
    const at::Tensor bent = augmented("gamma(1.5)", image, {.sample = sample});
    EXPECT_NEAR(bent.max().item<float>(), high, 1e-3);
    brighter += bent.mean().item<float>() > image.mean().item<float>();
  }
  EXPECT_NEAR(brighter, 200, 50);
}

TEST(Noise, HasItsShareOfTheChannelsDeviation) {
  const at::Tensor image = random_sample({2, 100, 100}) * at::tensor({1.F, 10.F}).view({2, 1, 1});
  const at::Tensor noise = augmented("noise(0.2)", image) - image;
  for (int c = 0; c < 2; ++c) {
    const double deviation = image[c].std(false).item<double>();
    EXPECT_NEAR(noise[c].std(false).item<double>(), 0.2 * deviation, 0.01 * deviation);
    EXPECT_NEAR(noise[c].mean().item<double>(), 0, 0.01 * deviation);
  }
}

TEST(Brightness, AddsTheSameToAllOfAChannel) {
  const at::Tensor image = random_sample({1, 9, 9});
  double largest = 0;
  for (std::int64_t sample = 0; sample < 200; ++sample) {
    const at::Tensor added = augmented("brightness(0.5)", image, {.sample = sample}) - image;
    EXPECT_NEAR(added.std(false).item<double>(), 0, 1e-4);
    largest = std::max(largest, std::abs(added.mean().item<double>()) / image.std(false).item<double>());
  }
  EXPECT_LE(largest, 0.5001);
  EXPECT_GT(largest, 0.45);
}

TEST(Contrast, KeepsTheMean) {
  const at::Tensor image = random_sample({1, 9, 9});
  const at::Tensor changed = augmented("contrast(0.5)", image);
  EXPECT_NEAR(changed.mean().item<double>(), image.mean().item<double>(), 1e-3);
  const double factor = changed.std().item<double>() / image.std().item<double>();
  EXPECT_GE(factor, 0.5);
  EXPECT_LE(factor, 1.5);
  EXPECT_NE(factor, 1);
}

TEST(Scale, MultipliesSignals) {
  const at::Tensor signal = random_sample({2, 50}) + 1;
  const at::Tensor factors = augmented("scale(0.3)", signal) / signal;
  EXPECT_NEAR(factors.max().item<double>(), factors.min().item<double>(), 1e-5);
  EXPECT_NEAR(factors.mean().item<double>(), 1, 0.3);
}

TEST(Cutout, PutsTheMeanIntoOneBox) {
  const at::Tensor image = random_sample({1, 20, 30}) + 0.25;
  std::int64_t largest = 0;
  for (std::int64_t sample = 0; sample < 100; ++sample) {
    const at::Tensor changed = augmented("cutout(4, 6)", image, {.sample = sample});
    const at::Tensor cells = changed.ne(image);
    const std::int64_t count = cells.sum().item<std::int64_t>();
    largest = std::max(largest, count);
    EXPECT_GE(count, 2 * 3);
    EXPECT_LE(cells.any(2).sum().item<std::int64_t>() * cells.any(1).sum().item<std::int64_t>(), 24);
    EXPECT_EQ(cells.any(2).sum().item<std::int64_t>() * cells.any(1).sum().item<std::int64_t>(), count);
    expect_near(changed.masked_select(cells), image.mean().expand({count}), 1e-3);
  }
  EXPECT_EQ(largest, 24);
}

}  // namespace
}  // namespace galen::data
