#include "trainer/gradient/arena/vector_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace galen::trainer {
namespace {

std::vector<float> wavy(std::int64_t size, double phase) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < size; ++i) values.push_back(static_cast<float>(std::sin(0.37 * static_cast<double>(i) + phase) * 1e3));
  return values;
}

class EveryKernel : public testing::TestWithParam<VectorKernels> {};

TEST_P(EveryKernel, AddsElementByElement) {
  for (const std::int64_t size : {0, 1, 15, 16, 17, 1009}) {
    std::vector<float> left = wavy(size, 0), expected = left;
    const std::vector<float> right = wavy(size, 1);
    for (std::int64_t i = 0; i < size; ++i) expected[i] += right[i];
    GetParam().add(left.data(), left.data(), right.data(), size);
    EXPECT_EQ(left, expected) << size;
  }
}

TEST_P(EveryKernel, FindsNonfiniteElementsAtEveryPlace) {
  constexpr std::int64_t kSize = 71;
  std::vector<float> values = wavy(kSize, 0);
  values[3] = std::numeric_limits<float>::max();
  values[4] = std::numeric_limits<float>::denorm_min();
  EXPECT_TRUE(GetParam().is_finite(values.data(), kSize));
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    for (std::int64_t i = 0; i < kSize; ++i) {
      const float good = values[i];
      values[i] = bad;
      EXPECT_FALSE(GetParam().is_finite(values.data(), kSize)) << bad << " at " << i;
      values[i] = good;
    }
  }
}

TEST_P(EveryKernel, SumsSquaresWithTheSameBits) {
  for (const std::int64_t size : {0, 1, 16, 47, 2048}) {
    const std::vector<float> values = wavy(size, 2);
    double exact = 0;
    for (const float value : values) exact += static_cast<double>(value) * value;
    const double sum = GetParam().sum_of_squares(values.data(), size);
    EXPECT_NEAR(sum, exact, 1e-12 * exact);
    EXPECT_EQ(sum, all_vector_kernels().back().sum_of_squares(values.data(), size)) << "portable has other bits at " << size;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryKernel, testing::ValuesIn(all_vector_kernels()), [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace galen::trainer
