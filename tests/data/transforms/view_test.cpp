#include "data/transforms/view.h"

#include "data/preparation/gather.h"
#include "data/preparation/scaling.h"
#include "tests/data/transforms/samples.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/roll.h>

#include <cstring>

namespace galen::data {
namespace {

using test::applied;
using test::augmented;
using test::prepared;
using test::random_sample;
using test::Shape;

TEST(View, CropsTheCentreAndPadsWithZerosAsPyTorch) {
  const at::Tensor image = random_sample({3, 11, 14});
  EXPECT_TRUE(at::equal(prepared("crop(8, 5)", image), image.slice(1, 1, 9).slice(2, 4, 9)));
  EXPECT_TRUE(at::equal(prepared("pad(2, 3)", image), at::constant_pad_nd(image, {3, 3, 2, 2}, 0)));
  EXPECT_TRUE(at::equal(prepared("pad(2)", image), at::constant_pad_nd(image, {2, 2, 2, 2}, 0)));
  const at::Tensor volume = random_sample({2, 5, 6, 7});
  EXPECT_TRUE(at::equal(prepared("crop(3, 4, 5)", volume), volume.slice(1, 1, 4).slice(2, 1, 5).slice(3, 1, 6)));
  EXPECT_TRUE(at::equal(prepared("pad(width=1, depth=2, height=0)", volume), at::constant_pad_nd(volume, {1, 1, 0, 0, 2, 2}, 0)));
  const at::Tensor signal = random_sample({2, 50});
  EXPECT_TRUE(at::equal(prepared("crop(20)", signal), signal.slice(1, 15, 35)));
}

TEST(View, FlipsAlongTheAxisNamed) {
  const at::Tensor image = random_sample({3, 11, 14});
  EXPECT_TRUE(at::equal(prepared("flip(horizontal)", image), at::flip(image, {2})));
  EXPECT_TRUE(at::equal(prepared("flip(vertical)", image), at::flip(image, {1})));
  const at::Tensor volume = random_sample({1, 5, 6, 7});
  EXPECT_TRUE(at::equal(prepared("flip(depth); flip(horizontal)", volume), at::flip(volume, {1, 3})));
  const at::Tensor signal = random_sample({2, 50});
  EXPECT_TRUE(at::equal(prepared("flip(time)", signal), at::flip(signal, {1})));
}

// Every sequence gives what its parts give one after the other.
TEST(View, FoldsSequences) {
  const at::Tensor image = random_sample({2, 9, 12});
  at::Tensor expected = at::constant_pad_nd(image, {3, 3, 3, 3}, 0);
  expected = at::flip(expected, {2}).slice(1, 2, 13).slice(2, 4, 14);
  expected = at::flip(at::constant_pad_nd(expected, {1, 1, 1, 1}, 0), {1});
  EXPECT_TRUE(at::equal(prepared("pad(3); flip(horizontal); crop(11, 10); pad(1); flip(vertical)", image), expected));
  // What was pushed out does not come back.
  const at::Tensor padded = prepared("crop(5, 4); pad(2, 4)", image);
  EXPECT_TRUE(at::equal(padded, at::constant_pad_nd(image.slice(1, 2, 7).slice(2, 4, 8), {4, 4, 2, 2}, 0)));
}

TEST(View, ShiftsByAtMostTheCellsGivenInEveryDirection) {
  const at::Tensor image = random_sample({1, 20, 20});
  std::set<std::pair<int, int>> seen;
  for (std::int64_t sample = 0; sample < 300; ++sample) {
    const at::Tensor shifted = augmented("shift(1, 2)", image, {.sample = sample});
    int matches = 0;
    for (int y = -1; y <= 1; ++y) {
      for (int x = -2; x <= 2; ++x) {
        const auto cut = [](const at::Tensor& t) { return t.slice(1, 1, 19).slice(2, 2, 18); };
        if (!at::equal(cut(shifted), cut(at::roll(image, {y, x}, {1, 2})))) continue;
        seen.insert({y, x});
        ++matches;
      }
    }
    EXPECT_EQ(matches, 1);
  }
  EXPECT_EQ(seen.size(), 15U);
}

TEST(View, RandomCropTakesEveryPlaceInTrainingAndTheCentreOutside) {
  const at::Tensor image = random_sample({1, 6, 8});
  const at::Tensor padded = at::constant_pad_nd(image, {1, 1, 1, 1}, 0);
  const Transforms transforms({"", "random_crop(6, 7, 1)"}, {1, 6, 8}, {0, 255});
  std::set<std::pair<int, int>> seen;
  for (std::int64_t sample = 0; sample < 300; ++sample) {
    const at::Tensor crop = applied(transforms, image, {.sample = sample});
    for (int y = 0; y <= 2; ++y) {
      for (int x = 0; x <= 3; ++x) {
        if (at::equal(crop, padded.slice(1, y, y + 6).slice(2, x, x + 7))) seen.insert({y, x});
      }
    }
  }
  EXPECT_EQ(seen.size(), 12U);
  EXPECT_TRUE(at::equal(applied(transforms, image, {}, /*training=*/false), image.slice(2, 0, 7)));
}

void scale_channels(const at::Tensor& sample, const Scaling& scaling) {
  auto* value = sample.mutable_data_ptr<float>();
  for (std::size_t c = 0; c < scaling.mean.size(); ++c) {
    for (std::int64_t i = 0; i < sample.numel() / sample.size(0); ++i, ++value) *value = (*value - scaling.mean[c]) / scaling.deviation[c];
  }
}

template <typename Stored>
void expect_gather_is_apply_and_scale(const TransformOptions& options, const Shape& shape) {
  const Transforms transforms(options, shape, {0, 255});
  const at::Tensor sample = random_sample(shape, 5);
  std::vector<Stored> stored(sample.const_data_ptr<float>(), sample.const_data_ptr<float>() + sample.numel());
  Scaling scaling;
  for (std::int64_t c = 0; c < shape[0]; ++c) {
    scaling.mean.push_back(101.3F + static_cast<float>(c));
    scaling.deviation.push_back(37.7F + 3 * static_cast<float>(c));
  }
  for (std::int64_t number = 0; number < 40; ++number) {
    const SampleKey key{.seed = 3, .epoch = 1, .sample = number};
    const at::Tensor expected = applied(transforms, sample, key);
    scale_channels(expected, scaling);
    const std::optional<View> view = transforms.view(key, true);
    ASSERT_TRUE(view);
    std::vector<float> gathered(static_cast<std::size_t>(expected.numel()));
    for (const Gather<Stored> variant : gathers<Stored>()) {
      std::fill(gathered.begin(), gathered.end(), -1.F);
      variant(*view, transforms.grid(), stored.data(), scaling.mean.data(), scaling.deviation.data(), gathered.data());
      ASSERT_EQ(std::memcmp(gathered.data(), expected.const_data_ptr<float>(), expected.nbytes()), 0) << number;
    }
    gather(*view, transforms.grid(), stored.data(), scaling, gathered.data());
    ASSERT_EQ(std::memcmp(gathered.data(), expected.const_data_ptr<float>(), expected.nbytes()), 0);
  }
}

template <typename Stored>
class GatherTest : public testing::Test {};
using StoredTypes = testing::Types<std::uint8_t, std::uint16_t, std::int16_t, std::int32_t, float, double>;
TYPED_TEST_SUITE(GatherTest, StoredTypes);

// Widths around the sizes of vectors, and rows that follow one another.
TYPED_TEST(GatherTest, GivesTheBitsOfTheGeneralPath) {
  const TransformOptions augment{"", "flip(horizontal); flip(vertical); shift(3)"};
  for (const std::int64_t width : {1, 3, 4, 7, 8, 9, 15, 16, 17, 28, 31, 33, 64, 70}) {
    expect_gather_is_apply_and_scale<TypeParam>(augment, {2, 5, width});
    expect_gather_is_apply_and_scale<TypeParam>({}, {2, 5, width});
  }
  expect_gather_is_apply_and_scale<TypeParam>({"pad(2)", "random_crop(20, 18, 4); flip(vertical)"}, {3, 19, 21});
  expect_gather_is_apply_and_scale<TypeParam>({"pad(2, fill=-31.5)", "shift(3, fill=-31.5); flip(vertical)"}, {3, 19, 21});
  expect_gather_is_apply_and_scale<TypeParam>({"", "shift(20, 0)"}, {1, 12, 21});
  expect_gather_is_apply_and_scale<TypeParam>({"", "flip(depth); flip(horizontal); shift(2); random_crop(4, 9, 20)"}, {2, 6, 9, 20});
  expect_gather_is_apply_and_scale<TypeParam>({"crop(40)", "flip(time); shift(7)"}, {3, 45});
}

TEST(View, IsThereWhileTransformsOnlyChooseValues) {
  const Shape shape = {1, 8, 8};
  EXPECT_TRUE(Transforms({}, shape, {0, 255}).view({}, true));
  EXPECT_FALSE(Transforms({"window(0, 9)", ""}, shape, {0, 255}).view({}, false));
  const Transforms rotating({"crop(6)", "rotate(10)"}, shape, {0, 255});
  EXPECT_FALSE(rotating.view({}, true));
  EXPECT_TRUE(rotating.view({}, false));
  const Transforms sometimes({"", "blur(1, p=0.5)"}, shape, {0, 255});
  int views = 0;
  for (std::int64_t sample = 0; sample < 1000; ++sample) views += sometimes.view({.sample = sample}, true).has_value();
  EXPECT_NEAR(views, 500, 80);  // five deviations
}

}  // namespace
}  // namespace galen::data
