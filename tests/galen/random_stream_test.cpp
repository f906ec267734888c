#include "galen/random_stream.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

// The first numbers of SplitMix64 from 0, as Vigna's splitmix64.c gives them.
TEST(SplitMix64, GivesThePublishedNumbers) {
  EXPECT_EQ(splitmix64(0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(splitmix64(kGoldenRatio), 0x6e789e6aa1b965f4U);
  EXPECT_EQ(splitmix64(2 * kGoldenRatio), 0x06c45d188009454fU);
}

// The numbers below are computed in Python from the formulas of the headers: weights depend on them, so that they must not change.
TEST(RandomStream, HasTheSameBitsEverywhere) {
  RandomStream stream(7);
  EXPECT_EQ(stream.bits(), 0xb8b4c2977eabce45U);
  EXPECT_EQ(stream.bits(), 0xa65305fd338ec8feU);
  EXPECT_EQ(stream.bits(), 0x8ca3cbb6ca63129bU);
}

TEST(RandomStream, ForksDoNotDependOnWhatWasRead) {
  RandomStream stream(7);
  EXPECT_EQ(stream.fork(2, 5).bits(), 0x12c7dc7ab0d5fc6fU);
  stream.bits();
  EXPECT_EQ(stream.fork(2, 5).bits(), 0x12c7dc7ab0d5fc6fU);
}

TEST(RandomStream, DistributionsAreOurOwn) {
  RandomStream stream(7);
  EXPECT_DOUBLE_EQ(stream.uniform(), 0.7215081806049702);
  EXPECT_DOUBLE_EQ(stream.uniform(2, 4), 2 + 2 * 0.6497043364684557);
  EXPECT_DOUBLE_EQ(RandomStream(7).bell(), 1.3547240042903606);
}

}  // namespace
}  // namespace galen
