#include "trainer/gradient/optimizer/update_kernels.h"

#include "trainer/gradient/arena/lane_fold.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kBlock = LaneFold::kBlock;

GradientFacts look_at(const std::vector<float>& values) {
  return cpu_update_kernels().look_at(values.data(), static_cast<std::int64_t>(values.size()));
}

TEST(GradientFacts, AreTheSumOfSquares) {
  for (const std::int64_t size : {std::int64_t{0}, std::int64_t{1}, kBlock, 3 * kBlock + 7}) {
    std::vector<float> values(size);
    double expected = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      values[i] = static_cast<float>(i % 101) - 50;  // exact in any order
      expected += static_cast<double>(values[i]) * values[i];
    }
    const GradientFacts facts = look_at(values);
    EXPECT_EQ(facts.sum_of_squares, expected);
    EXPECT_EQ(facts.first_nonfinite, -1);
  }
}

TEST(GradientFacts, NameTheFirstElementThatIsNotFinite) {
  for (const std::int64_t first : {std::int64_t{0}, kBlock - 1, kBlock, 2 * kBlock + 9}) {
    std::vector<float> values(2 * kBlock + 10, 1);
    values.back() = std::numeric_limits<float>::infinity();
    values[first] = std::numeric_limits<float>::quiet_NaN();
    const GradientFacts facts = look_at(values);
    EXPECT_EQ(facts.first_nonfinite, first);
    EXPECT_FALSE(std::isfinite(facts.sum_of_squares));
  }
}

TEST(GradientFacts, HoldNumbersWhoseSquaresOverflow) {
  const GradientFacts facts = look_at({std::numeric_limits<float>::max(), 1e-30f});
  EXPECT_EQ(std::sqrt(facts.sum_of_squares), std::numeric_limits<float>::max());
  EXPECT_EQ(facts.first_nonfinite, -1);
}

}  // namespace
}  // namespace galen::trainer
