#include "data/sampling/permutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

namespace galen::data {
namespace {

TEST(Permutation, VisitsEveryIndexOnce) {
  for (const std::uint64_t size : {1, 2, 3, 4, 5, 63, 64, 65, 1000, 4096, 4097, 100003}) {
    for (const std::uint64_t key : {0, 7}) {
      std::vector<bool> seen(size);
      const Permutation permutation(size, key);
      for (std::uint64_t i = 0; i < size; ++i) seen.at(permutation(i)) = true;
      EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), std::identity{})) << size;
    }
  }
}

TEST(Permutation, CoversSizesBeyond32Bits) {
  const std::uint64_t size = (std::uint64_t{1} << 40) + 1;
  const Permutation permutation(size, 3);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_LT(permutation(i), size);
    sum += permutation(i) / 1000;
  }
  // The mean of 1000 uniform numbers is within 5 of its own deviations of the middle.
  EXPECT_NEAR(static_cast<double>(sum) / static_cast<double>(size), 0.5, 5 * std::sqrt(1.0 / 12 / 1000));
}

// 23 degrees of freedom: a fair draw stays below 62 in all but one of a hundred thousand cases.
TEST(Permutation, DrawsAllOrdersOfFourEquallyOften) {
  std::map<std::array<std::uint64_t, 4>, int> counts;
  const int keys = 120000;
  for (int key = 0; key < keys; ++key) {
    const Permutation permutation(4, static_cast<std::uint64_t>(key));
    ++counts[{permutation(0), permutation(1), permutation(2), permutation(3)}];
  }
  ASSERT_EQ(counts.size(), 24U);
  double chi_square = 0;
  for (const auto& [order, count] : counts) chi_square += std::pow(count - keys / 24.0, 2) / (keys / 24.0);
  EXPECT_LT(chi_square, 62);
}

TEST(Permutation, OrdersOfSixteenAreOddHalfOfTheTime) {
  int odd = 0;
  const int keys = 10000;
  for (int key = 0; key < keys; ++key) {
    const Permutation permutation(16, static_cast<std::uint64_t>(key));
    int inversions = 0;
    for (std::uint64_t i = 0; i < 16; ++i) {
      for (std::uint64_t j = i + 1; j < 16; ++j) inversions += permutation(i) > permutation(j);
    }
    odd += inversions % 2;
  }
  EXPECT_NEAR(odd, keys / 2, 5 * std::sqrt(keys) / 2);
}

// Pairs of neighbours in the order, coarsened to 8 × 8 cells: 63 degrees of freedom, bound at one in a hundred thousand.
TEST(Permutation, NeighboursAreUnrelated) {
  const std::uint64_t size = 80000;
  const Permutation permutation(size, 11);
  std::array<std::array<int, 8>, 8> cells = {};
  for (std::uint64_t i = 0; i + 1 < size; i += 2) ++cells[permutation(i) * 8 / size][permutation(i + 1) * 8 / size];
  const double expected = static_cast<double>(size) / 2 / 64;
  double chi_square = 0;
  for (const auto& row : cells) {
    for (const int count : row) chi_square += std::pow(count - expected, 2) / expected;
  }
  EXPECT_LT(chi_square, 120);
}

TEST(Permutation, OtherKeysGiveOtherOrders) {
  const Permutation one(1000, 1);
  const Permutation two(1000, 2);
  int same = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) same += one(i) == two(i);
  EXPECT_LT(same, 10);  // one on average
}

}  // namespace
}  // namespace galen::data
