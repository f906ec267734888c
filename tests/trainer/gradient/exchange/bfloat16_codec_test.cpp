#include "trainer/gradient/exchange/bfloat16_codec.h"

#include <c10/util/BFloat16.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace galen::trainer {
namespace {

std::vector<float> through(Bfloat16Codec& codec, const std::vector<float>& values, std::size_t begin = 0) {
  std::vector<std::uint16_t> encoded(values.size());
  std::vector<float> decoded(values.size());
  codec.encode(values, begin, encoded);
  Bfloat16Codec::decode(encoded, decoded);
  return decoded;
}

TEST(Bfloat16Codec, RoundsAsLibTorchDoes) {
  std::vector<float> values = {0.0f, -0.0f, 1.0f, 1.00390625f, 1.01171875f, -3.1415926f, 1e-40f, 3.3e38f};
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(std::sin(i) * std::pow(10.0, i % 60 - 30)));
  Bfloat16Codec codec(values.size());
  const std::vector<float> decoded = through(codec, values);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(decoded[i], static_cast<float>(c10::BFloat16(values[i]))) << values[i];
}

TEST(Bfloat16Codec, AddsRoundingErrorsLater) {
  Bfloat16Codec codec(3);
  const std::vector<float> value = {0.0f, 0.0f, 1.001f};  // between 1 and 1.0078125
  double sum = 0;
  for (int step = 0; step < 1000; ++step) sum += through(codec, {value[2]}, 2)[0];
  EXPECT_NEAR(sum, 1001.0, 0.01);
}

TEST(Bfloat16Codec, KeepsInfinityAndNaNButNotTheirErrors) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Bfloat16Codec codec(3);
  const std::vector<float> decoded = through(codec, {kInfinity, -kInfinity, std::nanf("")});
  EXPECT_EQ(decoded[0], kInfinity);
  EXPECT_EQ(decoded[1], -kInfinity);
  EXPECT_TRUE(std::isnan(decoded[2]));
  EXPECT_EQ(through(codec, {1, 2, 3}), (std::vector<float>{1, 2, 3}));
}

}  // namespace
}  // namespace galen::trainer
