#include "trainer/measures/statistics/roc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace galen::trainer {
namespace {

using Scores = std::vector<double>;
using Truth = std::vector<std::uint8_t>;

// The definition: for each sample, the share of the other side's samples that are on its right side.
std::vector<double> placements_by_pairs(const Scores& scores, const Truth& positive) {
  std::vector<double> placements;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    double wins = 0;
    double others = 0;
    for (std::size_t k = 0; k < scores.size(); ++k) {
      if (positive[k] == positive[i]) continue;
      const bool is_right = positive[i] ? scores[i] > scores[k] : scores[i] < scores[k];
      wins += scores[i] == scores[k] ? 0.5 : is_right ? 1 : 0;
      others += 1;
    }
    placements.push_back(wins / others);
  }
  return placements;
}

double area(const Scores& scores, const Truth& positive) { return Roc(scores.data(), 1, positive).area(); }

TEST(Roc, IsOneForAPerfectScoreAndZeroForItsOpposite) {
  EXPECT_EQ(area({1, 2, 3, 4}, {0, 0, 1, 1}), 1);
  EXPECT_EQ(area({1, 2, 3, 4}, {1, 1, 0, 0}), 0);
  EXPECT_EQ(area({2, 2, 2, 2}, {1, 0, 1, 0}), 0.5);
}

TEST(Roc, CountsWonPairsWithTies) {
  std::mt19937 generator(3);
  for (int round = 0; round < 20; ++round) {
    Scores scores;
    Truth positive;
    for (int i = 0; i < 60; ++i) {
      scores.push_back(static_cast<double>(generator() % 10) / 10);
      positive.push_back(i % 3 == 0);
    }
    const std::vector<double> expected = placements_by_pairs(scores, positive);
    const Roc roc(scores.data(), 1, positive);
    double sum = 0;
    std::size_t visited = 0;
    roc.placements([&](const Roc::Entry& entry, double placement) {
      EXPECT_NEAR(placement, expected[static_cast<std::size_t>(entry.sample)], 1e-14);
      EXPECT_EQ(entry.positive, positive[static_cast<std::size_t>(entry.sample)] != 0);
      sum += entry.positive ? placement : 0;
      ++visited;
    });
    EXPECT_EQ(visited, scores.size());
    EXPECT_NEAR(roc.area(), sum / 20, 1e-14);
  }
}

TEST(Roc, IsNotANumberWithOneClassOnly) {
  EXPECT_TRUE(std::isnan(area({1, 2}, {1, 1})));
  EXPECT_TRUE(std::isnan(area({1, 2}, {0, 0})));
  EXPECT_TRUE(std::isnan(area({}, {})));
}

TEST(Roc, IgnoresUnknownTruths) {
  const Scores scores = {1, 2, std::numeric_limits<double>::quiet_NaN(), 3};
  const Roc roc(scores.data(), 1, Truth{0, 1, 1, 0}, Truth{1, 1, 0, 1});
  EXPECT_EQ(roc.area(), 0.5);
  EXPECT_EQ(roc.positives(), 1);
  EXPECT_EQ(roc.negatives(), 2);
}

TEST(Roc, IsNotANumberForAModelThatDiverged) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(area({nan, 1, nan, 2}, {0, 1, 1, 0})));
}

TEST(Roc, ReadsAColumnOfAMatrix) {
  const std::vector<double> scores = {0.1, 9, 0.2, 9, 0.9, 9};
  EXPECT_EQ(Roc(scores.data(), 2, std::vector<std::uint8_t>{0, 0, 1}).area(), 1);
}

}  // namespace
}  // namespace galen::trainer
