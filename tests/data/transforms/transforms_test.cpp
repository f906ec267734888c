#include "data/transforms/transforms.h"

#include "tests/data/transforms/samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <thread>

namespace galen::data {
namespace {

using test::applied;
using test::random_sample;
using test::Shape;
using testing::ElementsAre;

const char kEverything[] =
    "flip(horizontal); shift(2); rotate(20); affine(scale=0.1, shear=5); elastic(1, 8); gamma(1.3); brightness(0.1); contrast(0.2); "
    "scale(0.1); noise(0.1); blur(1, p=0.5); cutout(5); random_crop(18, 20, padding=2)";

TEST(Transforms, GiveTheShapeThatTheySay) {
  const Transforms transforms({"grey; resize(40, 30)", "rotate(10); random_crop(32, 28)"}, {3, 50, 60}, {0, 255});
  EXPECT_THAT(transforms.output_shape(), ElementsAre(1, 32, 28));
  EXPECT_FALSE(transforms.empty());
  const Transforms signals({"resize(100)", "noise(0.1); random_crop(90)"}, {2, 300}, {0, 1});
  EXPECT_THAT(signals.output_shape(), ElementsAre(2, 90));
  const Transforms none({}, {30}, {0, 1});
  EXPECT_THAT(none.output_shape(), ElementsAre(30));
  EXPECT_TRUE(none.empty());
}

TEST(Transforms, DependOnSeedEpochAndSampleAndOnNothingElse) {
  const Transforms transforms({"", kEverything}, {1, 24, 24}, {0, 255});
  const at::Tensor image = random_sample({1, 24, 24});
  const SampleKey key{.seed = 5, .epoch = 2, .sample = 9};
  const at::Tensor result = applied(transforms, image, key);
  EXPECT_TRUE(at::equal(applied(transforms, image, key), result));
  EXPECT_TRUE(at::equal(applied(Transforms({"", kEverything}, {1, 24, 24}, {0, 255}), image, key), result));
  EXPECT_FALSE(at::equal(applied(transforms, image, {.seed = 6, .epoch = 2, .sample = 9}), result));
  EXPECT_FALSE(at::equal(applied(transforms, image, {.seed = 5, .epoch = 3, .sample = 9}), result));
  EXPECT_FALSE(at::equal(applied(transforms, image, {.seed = 5, .epoch = 2, .sample = 10}), result));
}

TEST(Transforms, AreTheSameOnManyThreads) {
  const Transforms transforms({"resize(24)", kEverything}, {1, 30, 30}, {0, 255});
  const at::Tensor image = random_sample({1, 30, 30});
  std::vector<at::Tensor> expected;
  for (std::int64_t i = 0; i < 40; ++i) expected.push_back(applied(transforms, image, {.sample = i}));
  std::vector<at::Tensor> results(40);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Workspace workspace;  // one for all samples of a thread
      for (std::int64_t i = t; i < 40; i += 4) {
        results[i] = at::empty(transforms.output_shape(), at::kFloat);
        transforms.apply(image.const_data_ptr<float>(), results[i].mutable_data_ptr<float>(), {.sample = i}, true, workspace);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 40; ++i) EXPECT_TRUE(at::equal(results[i], expected[i])) << i;
}

TEST(Transforms, OutsideTrainingAugmentDoesNothing) {
  const at::Tensor image = random_sample({1, 24, 24});
  const at::Tensor result = applied(Transforms({"", kEverything}, {1, 24, 24}, {0, 255}), image, {}, /*training=*/false);
  EXPECT_TRUE(at::equal(result, image.slice(1, 3, 21).slice(2, 2, 22)));
}

TEST(Transforms, ReachTheShareOfSamplesGiven) {
  const at::Tensor image = random_sample({1, 8, 8});
  const auto changed = [&](const std::string& augment) {
    int count = 0;
    for (std::int64_t i = 0; i < 1000; ++i) count += !at::equal(test::augmented(augment, image, {.sample = i}), image);
    return count;
  };
  EXPECT_NEAR(changed("flip(horizontal)"), 500, 80);  // five deviations
  EXPECT_NEAR(changed("flip(vertical, p=0.2)"), 200, 64);
  EXPECT_NEAR(changed("noise(0.1, p=0.7)"), 700, 73);
  EXPECT_EQ(changed("noise(0.1)"), 1000);
  EXPECT_EQ(changed("rotate(15, p=0)"), 0);
}

at::Tensor applied_to_mask(const Transforms& transforms, const at::Tensor& mask, const SampleKey& key) {
  const at::Tensor result = at::empty(at::IntArrayRef(transforms.output_shape()).slice(1), at::kByte);
  Workspace workspace;
  transforms.apply_to_mask(mask.const_data_ptr<std::uint8_t>(), result.mutable_data_ptr<std::uint8_t>(), key, true, workspace);
  return result;
}

// A bright block on black, and a mask that marks it with 3: afterwards the mask marks what is bright, and holds no label that is new.
void expect_mask_follows(const TransformOptions& options, const Shape& shape) {
  at::Tensor image = at::zeros(shape);
  at::Tensor block = image[0];
  for (std::int64_t axis = 0; axis < block.dim(); ++axis) block = block.slice(axis, shape[axis + 1] / 3, shape[axis + 1] * 3 / 4);
  block.fill_(200);
  const at::Tensor mask = (image[0] > 0).to(at::kByte) * 3;
  const Transforms transforms(options, shape, {0, 255});
  for (std::int64_t sample = 0; sample < 20; ++sample) {
    const at::Tensor result = applied(transforms, image, {.sample = sample})[0];
    const at::Tensor labels = applied_to_mask(transforms, mask, {.sample = sample});
    ASSERT_TRUE(at::equal(labels.eq(3).logical_or(labels.eq(0)), labels.ge(0)));
    EXPECT_GT(labels.eq(3).sum().item<std::int64_t>(), 20);
    // Away from edges, where values are blended.
    EXPECT_FALSE((result > 195).logical_and(labels.eq(0)).any().item<bool>()) << sample;
    EXPECT_FALSE((result < 5).logical_and(labels.eq(3)).any().item<bool>()) << sample;
  }
}

TEST(Masks, MoveWithTheirImages) {
  for (const char* augment : {"flip(horizontal); flip(vertical)", "shift(4)", "random_crop(20, 24, padding=2)", "rotate(30)",
                              "affine(rotate=10, scale=0.2, shear=10, shift=3)", "elastic(1.5, 8)",
                              "rotate(20); flip(vertical); shift(2); elastic(1, 10); random_crop(26, 20)"}) {
    SCOPED_TRACE(augment);
    expect_mask_follows({"", augment}, {1, 28, 30});
  }
}

TEST(Masks, MoveWithTheirVolumes) {
  for (const char* augment : {"flip(depth); flip(vertical)", "shift(2)", "random_crop(10, 12, 14, padding=2)", "rotate(30, axis=all)",
                              "affine(rotate=10, scale=0.2, shear=10, shift=2)", "elastic(1, 7); flip(horizontal)"}) {
    SCOPED_TRACE(augment);
    expect_mask_follows({"", augment}, {1, 14, 15, 16});
  }
}

TEST(Masks, AreResizedToTheNearestCell) {
  at::Tensor mask = at::zeros({3, 3}, at::kByte);
  for (int i = 0; i < 9; ++i) mask.mutable_data_ptr<std::uint8_t>()[i] = static_cast<std::uint8_t>(i);
  const at::Tensor doubled = applied_to_mask(Transforms({"resize(6)", ""}, {1, 3, 3}, {0, 255}), mask, {});
  EXPECT_TRUE(at::equal(doubled, mask.repeat_interleave(2, 0).repeat_interleave(2, 1)));
}

TEST(Masks, StayAsTheyAreWhereValuesChange) {
  const char* values = "gamma(2); brightness(1); contrast(0.5); scale(0.5); noise(1); blur(3); cutout(9)";
  const at::Tensor mask = (random_sample({16, 16}) > 100).to(at::kByte);
  EXPECT_TRUE(at::equal(applied_to_mask(Transforms({"grey; window(10, 90); standardize", values}, {3, 16, 16}, {0, 255}), mask, {}), mask));
}

}  // namespace
}  // namespace galen::data
