#include "data/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace galen::data {
namespace {

std::vector<std::int64_t> all(const Order& order) {
  std::vector<std::int64_t> samples;
  for (std::int64_t p = 0; p < order.size(); ++p) samples.push_back(order.sample_at(p));
  return samples;
}

TEST(Order, UnshuffledKeepsTheOrder) { EXPECT_THAT(all(Order(5)), testing::ElementsAre(0, 1, 2, 3, 4)); }

TEST(Order, HoldsEverySampleOnceInEveryEpoch) {
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    const std::vector<std::int64_t> samples = all(Order(546, 1, epoch));
    EXPECT_EQ(std::set<std::int64_t>(samples.begin(), samples.end()).size(), 546U);
  }
}

TEST(Order, DiffersBetweenEpochsAndSeeds) {
  EXPECT_NE(all(Order(100, 1, 0)), all(Order(100, 1, 1)));
  EXPECT_NE(all(Order(100, 1, 0)), all(Order(100, 2, 0)));
  EXPECT_NE(all(Order(100, 0, 1)), all(Order(100, 1, 0)));
  EXPECT_EQ(all(Order(100, 1, 3)), all(Order(100, 1, 3)));
}

// From a second implementation, in Python. A run that was stopped with one version of Galen resumes with the next: this sequence stays as
// it is.
TEST(Order, OfASeedIsTheSameForEver) {
  EXPECT_THAT(all(Order(10, 1, 0)), testing::ElementsAre(1, 6, 7, 2, 4, 3, 0, 9, 8, 5));
  EXPECT_THAT(all(Order(10, 1, 1)), testing::ElementsAre(8, 0, 5, 6, 4, 9, 1, 2, 7, 3));
}

TEST(LaneRange, CutsStepsEvenlyAndWithoutGaps) {
  for (std::int64_t size = 0; size < 40; ++size) {
    for (int lanes = 1; lanes <= 8; ++lanes) {
      std::int64_t next = 100;
      for (int lane = 0; lane < lanes; ++lane) {
        const Range range = lane_range({100, 100 + size}, lane, lanes);
        EXPECT_EQ(range.begin, next);
        EXPECT_GE(range.size(), size / lanes);
        EXPECT_LE(range.size(), (size + lanes - 1) / lanes);
        next = range.end;
      }
      EXPECT_EQ(next, 100 + size);
    }
  }
}

}  // namespace
}  // namespace galen::data
