#include "trainer/tasks/roc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace galen::trainer {
namespace {

// The definition itself: every pair of a positive and a negative.
double area_by_pairs(const std::vector<float>& scores, const std::vector<std::uint8_t>& positive,
                     const std::vector<std::int64_t>& multiplicity) {
  double wins = 0;
  double pairs = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    for (std::size_t n = 0; n < scores.size(); ++n) {
      if (!positive[p] || positive[n]) continue;
      const auto times = static_cast<double>(multiplicity[p] * multiplicity[n]);
      wins += times * (scores[p] > scores[n] ? 1.0 : scores[p] == scores[n] ? 0.5 : 0.0);
      pairs += times;
    }
  }
  return wins / pairs;
}

double area(const std::vector<float>& scores, const std::vector<std::uint8_t>& positive, const std::vector<std::int64_t>& multiplicity) {
  return Roc(scores.data(), 1, positive).area(multiplicity);
}

TEST(Roc, IsOneForAPerfectScoreAndZeroForItsOpposite) {
  EXPECT_EQ(area({1, 2, 3, 4}, {0, 0, 1, 1}, {1, 1, 1, 1}), 1);
  EXPECT_EQ(area({1, 2, 3, 4}, {1, 1, 0, 0}, {1, 1, 1, 1}), 0);
  EXPECT_EQ(area({2, 2, 2, 2}, {1, 0, 1, 0}, {1, 1, 1, 1}), 0.5);
}

TEST(Roc, CountsWonPairsWithTiesAndMultiplicities) {
  std::mt19937 generator(3);
  for (int round = 0; round < 20; ++round) {
    std::vector<float> scores;
    std::vector<std::uint8_t> positive;
    std::vector<std::int64_t> multiplicity;
    for (int i = 0; i < 60; ++i) {
      scores.push_back(static_cast<float>(generator() % 10) / 10);
      positive.push_back(i % 3 == 0);
      multiplicity.push_back(generator() % 4);
    }
    EXPECT_DOUBLE_EQ(area(scores, positive, multiplicity), area_by_pairs(scores, positive, multiplicity));
  }
}

TEST(Roc, IsNotANumberWithOneClassOnly) {
  EXPECT_TRUE(std::isnan(area({1, 2}, {1, 1}, {1, 1})));
  EXPECT_TRUE(std::isnan(area({1, 2}, {0, 1}, {1, 0}))) << "no positive was drawn";
  EXPECT_TRUE(std::isnan(area({}, {}, {})));
}

TEST(Roc, IsNotANumberForAModelThatDiverged) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(area({nan, 1, nan, 2}, {0, 1, 1, 0}, {1, 1, 1, 1})));
}

TEST(Roc, ReadsAColumnOfAMatrix) {
  const std::vector<float> scores = {0.1F, 9, 0.2F, 9, 0.9F, 9};
  EXPECT_EQ(Roc(scores.data(), 2, std::vector<std::uint8_t>{0, 0, 1}).area(std::vector<std::int64_t>{1, 1, 1}), 1);
}

}  // namespace
}  // namespace galen::trainer
