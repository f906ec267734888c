#include "data/sampling/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>
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

// `count` chunks of `samples` samples each, the last one shorter.
std::shared_ptr<const Chunks> chunks_of(std::int64_t size, std::int64_t samples, std::int64_t window) {
  auto chunks = std::make_shared<Chunks>();
  for (std::int64_t begin = 0; begin < size; begin += samples) chunks->begin.push_back(begin);
  chunks->begin.push_back(size);
  chunks->window = window;
  return chunks;
}

TEST(WindowedOrder, HoldsEverySampleOnceWhateverTheChunksLanesAndBatches) {
  for (const std::int64_t size : {1, 7, 64, 331}) {
    for (const std::int64_t samples : {1, 5, 32, 400}) {
      for (const std::int64_t batch : {8, 13}) {
        for (const int lanes : {1, 2, 3, 8}) {
          const std::vector<std::int64_t> order = all(Order(chunks_of(size, samples, 4 * samples), {batch, lanes}, 3, 5));
          const std::set<std::int64_t> found(order.begin(), order.end());
          EXPECT_EQ(static_cast<std::int64_t>(found.size()), size) << size << ' ' << samples << ' ' << batch << ' ' << lanes;
          EXPECT_EQ(*found.rbegin(), size - 1);
        }
      }
    }
  }
}

TEST(WindowedOrder, NeedsFewChunksAtATimeAndEachDuringOneStretch) {
  constexpr std::int64_t kSize = 3200, kSamples = 32, kWindow = 4 * kSamples, kBatch = 16;
  constexpr int kLanes = 2;
  const Order order(chunks_of(kSize, kSamples, kWindow), {kBatch, kLanes}, 1, 0);
  std::vector<std::int64_t> first(kSize / kSamples, -1), last(kSize / kSamples, -1);
  for (std::int64_t p = 0; p < kSize; ++p) {
    const auto chunk = static_cast<std::size_t>(order.sample_at(p) / kSamples);
    const std::int64_t step = p / kBatch;
    if (first[chunk] < 0) first[chunk] = step;
    last[chunk] = step;
  }
  for (std::int64_t step = 0; step < kSize / kBatch; ++step) {
    int in_use = 0;
    for (std::size_t c = 0; c < first.size(); ++c) in_use += first[c] <= step && step <= last[c];
    // A window of each lane, and the chunks that its two ends cut.
    EXPECT_LE(in_use, 2 * kLanes * (kWindow / kSamples + 1)) << step;
  }
}

TEST(WindowedOrder, DiffersBetweenEpochsAndSeedsAndComesAgain) {
  const auto chunks = chunks_of(300, 10, 40);
  const StepShape shape{16, 2};
  EXPECT_NE(all(Order(chunks, shape, 1, 0)), all(Order(chunks, shape, 1, 1)));
  EXPECT_NE(all(Order(chunks, shape, 1, 0)), all(Order(chunks, shape, 2, 0)));
  EXPECT_EQ(all(Order(chunks, shape, 1, 3)), all(Order(chunks, shape, 1, 3)));
}

// How uneven counts are that should all be equal, in standard deviations of the chi-square distribution with that many degrees of freedom
// (Wilson and Hilferty, 1931).
double unevenness(const std::vector<double>& counts, double degrees_of_freedom) {
  const double expected = std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double chi_square = 0;
  for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double spread = 2 / (9 * degrees_of_freedom);
  return (std::cbrt(chi_square / degrees_of_freedom) - (1 - spread)) / std::sqrt(spread);
}

// Over many epochs every sample is in every tenth of the epoch equally often, in both orders; and it is followed by any other, in the exact
// one.
TEST(ShuffledOrder, IsFair) {
  constexpr std::int64_t kSize = 240, kTenths = 10, kEpochs = 4000;
  const auto chunks = chunks_of(kSize, 8, 32);
  for (const bool windowed : {false, true}) {
    std::vector<double> places(kSize * kTenths), neighbours(kSize);
    for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
      const Order order = windowed ? Order(chunks, {16, 2}, 11, epoch) : Order(kSize, 11, epoch);
      std::int64_t previous = order.sample_at(kSize - 1);
      for (std::int64_t p = 0; p < kSize; ++p) {
        const std::int64_t sample = order.sample_at(p);
        ++places[static_cast<std::size_t>(sample * kTenths + p * kTenths / kSize)];
        ++neighbours[static_cast<std::size_t>((sample - previous + kSize) % kSize)];
        previous = sample;
      }
    }
    // Rows and columns of the table of places have fixed sums.
    EXPECT_LT(std::abs(unevenness(places, (kSize - 1.0) * (kTenths - 1))), 5) << (windowed ? "windowed" : "exact");
    neighbours.erase(neighbours.begin());  // no sample follows itself
    if (!windowed) {
      EXPECT_LT(std::abs(unevenness(neighbours, kSize - 2)), 5);
    }
  }
}

// Samples of one chunk meet in a batch not much more often than in an exact order, if the windows are large.
TEST(WindowedOrder, MixesChunksWithinABatch) {
  constexpr std::int64_t kSize = 64 * 1024, kSamples = 32, kBatch = 64;
  constexpr int kLanes = 16;
  const Order windowed(chunks_of(kSize, kSamples, 16 * kSamples), {kBatch, kLanes}, 1, 0);
  const Order exact(kSize, 1, 0);
  const auto pairs = [&](const Order& order) {
    double found = 0;
    for (std::int64_t begin = 0; begin < kSize; begin += kBatch) {
      std::vector<std::int64_t> seen(kSize / kSamples);
      for (std::int64_t p = begin; p < begin + kBatch; ++p) {
        found += static_cast<double>(seen[static_cast<std::size_t>(order.sample_at(p) / kSamples)]++);
      }
    }
    return found / (kSize / kBatch);
  };
  EXPECT_NEAR(pairs(exact), kBatch * (kBatch - 1) / 2.0 * (kSamples - 1) / (kSize - 1), 0.2);
  EXPECT_LT(pairs(windowed), 8);
}

}  // namespace
}  // namespace galen::data
