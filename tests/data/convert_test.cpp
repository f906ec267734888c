#include "data/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace galen::data {
namespace {

template <typename Stored>
std::vector<float> convert(const std::vector<Stored>& values, const Layout& layout, const Preparation& preparation, std::size_t room) {
  std::vector<std::byte> bytes(1);
  const auto* begin = reinterpret_cast<const std::byte*>(values.data());
  bytes.insert(bytes.end(), begin, begin + values.size() * sizeof(Stored));  // at an odd address
  std::vector<float> sample(room);
  Converter(hdf5::kNative<Stored>, layout, preparation).convert(bytes.data() + 1, sample.data());
  return sample;
}

// Every length, so that vectorised loops meet all their ends.
template <typename Stored>
void expect_arithmetic_in_f32() {
  for (std::int64_t width = 1; width < 70; ++width) {
    const Layout layout("nchw", {9, 2, 1, width}, "x");
    std::vector<Stored> stored;
    for (std::int64_t i = 0; i < 2 * width; ++i) stored.push_back(static_cast<Stored>(i * 37 % 127));
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

}  // namespace
}  // namespace galen::data
