#include "galen/range.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

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
}  // namespace galen
