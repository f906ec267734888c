#include "data/sampling/length_order.h"

#include "galen/random_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace galen::data {
namespace {

std::vector<std::int64_t> some_lengths(std::int64_t size) {
  RandomStream random(5);
  std::vector<std::int64_t> lengths(size);
  for (std::int64_t& length : lengths) length = 10 + static_cast<std::int64_t>(500 * random.uniform() * random.uniform());
  return lengths;
}

std::vector<std::int64_t> positions(const LengthOrder& order) {
  std::vector<std::int64_t> all;
  for (std::int64_t p = 0; p < order.size(); ++p) all.push_back(order.position_at(p));
  return all;
}

std::int64_t longest_in(const std::vector<std::int64_t>& lengths, const LengthOrder& order, std::int64_t begin, std::int64_t end) {
  std::int64_t longest = 0;
  for (std::int64_t p = begin; p < std::min(end, order.size()); ++p) longest = std::max(longest, lengths[order.position_at(p)]);
  return longest;
}

TEST(LengthOrder, EveryPositionComesOnce) {
  for (const std::int64_t size : {0, 1, 5, 64, 65, 1000, 4097}) {
    for (const std::int64_t batch : {1, 7, 32}) {
      for (const std::int64_t window : {1, 3, 64}) {
        std::vector<std::int64_t> all = positions(LengthOrder(some_lengths(size), batch, 3, 1, window));
        std::sort(all.begin(), all.end());
        std::vector<std::int64_t> expected(size);
        std::iota(expected.begin(), expected.end(), 0);
        EXPECT_EQ(all, expected) << size << " " << batch << " " << window;
      }
    }
  }
}

TEST(LengthOrder, AStepIsPaddedToItsLongestSampleInEights) {
  const std::vector<std::int64_t> lengths = some_lengths(1001);
  const LengthOrder order(lengths, 32, 3, 0);
  for (std::int64_t step = 0; step < 32; ++step) {
    const std::int64_t longest = longest_in(lengths, order, 32 * step, 32 * step + 32);
    EXPECT_EQ(order.padded_length(step) % 8, 0);
    EXPECT_GE(order.padded_length(step), longest);
    EXPECT_LT(order.padded_length(step), longest + 8);
  }
}

TEST(LengthOrder, LittleOfABatchIsPadding) {
  const std::vector<std::int64_t> lengths = some_lengths(20000);
  const LengthOrder order(lengths, 32, 3, 0);
  const std::int64_t tokens = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  std::int64_t arranged = 0;
  std::int64_t as_they_come = 0;
  for (std::int64_t step = 0; step < 20000 / 32; ++step) {
    arranged += 32 * order.padded_length(step);
    as_they_come += 32 * *std::max_element(&lengths[32 * step], &lengths[32 * step + 32]);
  }
  EXPECT_LT(arranged, 1.06 * tokens);
  EXPECT_GT(as_they_come, 2 * tokens);
}

TEST(LengthOrder, IsAFunctionOfSeedAndEpoch) {
  const std::vector<std::int64_t> lengths = some_lengths(3000);
  const auto with = [&](std::uint64_t seed, std::int64_t epoch) { return positions(LengthOrder(lengths, 32, seed, epoch)); };
  EXPECT_EQ(with(1, 2), with(1, 2));
  EXPECT_NE(with(1, 2), with(1, 3));
  EXPECT_NE(with(1, 2), with(2, 2));
}

TEST(LengthOrder, ShortStepsDoNotComeFirst) {
  const std::vector<std::int64_t> lengths = some_lengths(64 * 32 * 10);
  const LengthOrder order(lengths, 32, 3, 0);
  std::vector<double> length(640), number(640);
  for (std::size_t step = 0; step < 640; ++step) {
    length[step] = static_cast<double>(order.padded_length(static_cast<std::int64_t>(step)));
    number[step] = static_cast<double>(step % 64);
  }
  const double mean = std::accumulate(length.begin(), length.end(), 0.0) / 640;
  double covariance = 0, variance = 0, number_variance = 0;
  for (std::size_t step = 0; step < 640; ++step) {
    covariance += (length[step] - mean) * (number[step] - 31.5);
    variance += (length[step] - mean) * (length[step] - mean);
    number_variance += (number[step] - 31.5) * (number[step] - 31.5);
  }
  EXPECT_LT(std::abs(covariance) / std::sqrt(variance * number_variance), 0.16);  // four deviations of 640 independent pairs
}

TEST(LengthOrder, SamplesStayInTheirWindowAndStepsKeepTheEpochsOrder) {
  const LengthOrder order(some_lengths(1000), 10, 3, 0, 5);
  for (std::int64_t p = 0; p < 1000; ++p) EXPECT_EQ(order.position_at(p) / 50, p / 50);
  for (std::int64_t p = 1; p < 1000; ++p) EXPECT_TRUE(p % 10 == 0 || order.position_at(p) > order.position_at(p - 1));
}

TEST(LengthOrder, TheRaggedStepIsOfAnyLength) {
  const std::vector<std::int64_t> lengths = some_lengths(10 * 32 + 5);
  std::set<std::int64_t> ragged;
  for (std::int64_t epoch = 0; epoch < 20; ++epoch) ragged.insert(LengthOrder(lengths, 32, 3, epoch).padded_length(10));
  EXPECT_GT(ragged.size(), 5);
}

}  // namespace
}  // namespace galen::data
