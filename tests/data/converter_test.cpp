#include "data/converter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <type_traits>
#include <vector>

namespace galen::data {
namespace {

template <typename Stored>
std::vector<float> convert(const std::vector<Stored>& values, const Layout& layout, const Preparation& preparation, std::size_t room) {
  std::vector<std::byte> bytes(1);
  const auto* begin = reinterpret_cast<const std::byte*>(values.data());
  bytes.insert(bytes.end(), begin, begin + values.size() * sizeof(Stored));  // at an odd address
  std::vector<float> sample(room);
  Converter::Room here;
  Converter(hdf5::kNative<Stored>, layout, preparation).convert(bytes.data() + 1, {}, /*training=*/false, here, sample.data());
  std::vector<float> aligned(room);
  Converter(hdf5::kNative<Stored>, layout, preparation)
      .convert(reinterpret_cast<const std::byte*>(values.data()), {}, /*training=*/false, here, aligned.data());
  EXPECT_EQ(std::memcmp(sample.data(), aligned.data(), room * sizeof(float)), 0);
  return sample;
}

// Every length, so that vectorised loops meet all their ends.
template <typename Stored>
void expect_arithmetic_in_f32() {
  for (std::int64_t width = 1; width < 70; ++width) {
    const Layout layout("nchw", {9, 2, 1, width}, "x");
    std::vector<Stored> stored;
    for (std::int64_t i = 0; i < 2 * width; ++i)
      stored.push_back(static_cast<Stored>(i * 37 % 127 + (std::is_floating_point_v<Stored> ? 0.1 : 0)));
    const std::vector<float> found = convert(stored, layout, {.scaling = {{3.5F, -7}, {3, 0.7F}}}, stored.size());
    for (std::int64_t i = 0; i < 2 * width; ++i) {
      const auto value = static_cast<float>(stored[static_cast<std::size_t>(i)]);
      ASSERT_EQ(found[static_cast<std::size_t>(i)], i < width ? (value - 3.5F) / 3.F : (value + 7.F) / 0.7F) << width << ' ' << i;
    }
  }
}

TEST(Converter, ScalesEachChannelInF32WhateverTheStoredType) {
  expect_arithmetic_in_f32<std::uint8_t>();
  expect_arithmetic_in_f32<std::int8_t>();
  expect_arithmetic_in_f32<std::uint16_t>();
  expect_arithmetic_in_f32<std::int16_t>();
  expect_arithmetic_in_f32<std::uint32_t>();
  expect_arithmetic_in_f32<std::int32_t>();
  expect_arithmetic_in_f32<std::int64_t>();
  expect_arithmetic_in_f32<float>();
  expect_arithmetic_in_f32<double>();
}

TEST(Converter, BringsChannelsToTheFront) {
  const Layout layout("nhwc", {5, 2, 2, 3}, "x");
  const std::vector<std::uint8_t> stored = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_THAT(convert(stored, layout, {.scaling = {{0, 0, 0}, {1, 2, 1}}}, 12),
              testing::ElementsAre(1, 4, 7, 10, 1, 2.5, 4, 5.5, 3, 6, 9, 12));
}

TEST(Converter, FillsTheGapsOfATable) {
  const Layout layout("nf", {5, 2}, "x");
  const Preparation preparation = {.imputation = {.fill = {4, 5}, .indicators = {1}}, .scaling = {{2, 1}, {2, 4}}};
  EXPECT_THAT(convert<double>({6, NAN}, layout, preparation, 3), testing::ElementsAre(2, 1, 1));
}

// One pass over what is stored and the general way agree bit for bit; the layout that has to be turned first too.
TEST(Converter, TransformsAlikeOnTheFastAndOnTheGeneralWay) {
  const Layout first("nchw", {9, 2, 6, 8}, "x");
  const Layout last("nhwc", {9, 6, 8, 2}, "x");
  std::vector<std::uint8_t> channels_first(96), channels_last(96);
  for (std::size_t i = 0; i < 96; ++i) {
    channels_first[i] = static_cast<std::uint8_t>(i * 73 % 251);
    channels_last[i % 48 * 2 + i / 48] = channels_first[i];
  }
  const Preparation preparation = {.transforms = {"crop(4, 6)", "flip(horizontal); shift(2)"}, .scaling = {{1, 2}, {3, 4}}};
  const Converter fast(hdf5::Native::kU8, first, preparation);
  const Converter turned(hdf5::Native::kU8, last, preparation);
  Preparation slow = preparation;
  slow.transforms.augment += "; brightness(0)";  // changes nothing, but is no choice of values
  const Converter general(hdf5::Native::kU8, first, slow);
  Converter::Room room;
  for (std::int64_t sample = 0; sample < 30; ++sample) {
    const SampleKey key{.seed = 1, .epoch = 2, .sample = sample};
    std::vector<float> a(48), b(48), c(48);
    fast.convert(reinterpret_cast<const std::byte*>(channels_first.data()), key, /*training=*/true, room, a.data());
    turned.convert(reinterpret_cast<const std::byte*>(channels_last.data()), key, /*training=*/true, room, b.data());
    general.convert(reinterpret_cast<const std::byte*>(channels_first.data()), key, /*training=*/true, room, c.data());
    EXPECT_EQ(a, b);
    EXPECT_EQ(a, c);
  }
}

}  // namespace
}  // namespace galen::data
