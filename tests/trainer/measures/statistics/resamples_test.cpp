#include "trainer/measures/statistics/resamples.h"

#include "trainer/measures/statistics/patients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace galen::trainer {
namespace {

constexpr int kAtOnce = Resamples::kAtOnce;

std::array<std::int64_t, kAtOnce> from(std::int64_t first, std::int64_t step = 1) {
  std::array<std::int64_t, kAtOnce> numbers;
  for (std::size_t k = 0; k < kAtOnce; ++k) numbers[k] = first + step * static_cast<std::int64_t>(k);
  return numbers;
}

std::vector<std::uint8_t> draw(std::int64_t patients, std::uint64_t seed, const std::array<std::int64_t, kAtOnce>& numbers) {
  std::vector<std::uint8_t> times;
  Resamples(patients, seed).draw(numbers, times);
  return times;
}

std::vector<int> lane(const std::vector<std::uint8_t>& times, std::size_t k) {
  std::vector<int> result;
  for (std::size_t i = k; i < times.size(); i += kAtOnce) result.push_back(times[i]);
  return result;
}

TEST(Patients, AreNumberedByFirstAppearance) {
  for (const std::int64_t far : {std::int64_t{0}, std::int64_t{1} << 40, -(std::int64_t{1} << 40)}) {
    const Patients patients(std::vector<std::int64_t>{far + 7, far + 3, far + 7, far + 900, far + 3});
    EXPECT_EQ(patients.count(), 3);
    EXPECT_EQ(patients.of(0), 0);
    EXPECT_EQ(patients.of(1), 1);
    EXPECT_EQ(patients.of(2), 0);
    EXPECT_EQ(patients.of(3), 2);
    EXPECT_EQ(patients.of(4), 1);
  }
}

TEST(Resamples, HaveAsManyPatientsAsThereAre) {
  for (const std::int64_t patients : {1, 2, 3, 50, 1000, 20011}) {
    for (std::int64_t first = 0; first < 160; first += kAtOnce) {
      const auto times = draw(patients, 3, from(first));
      for (std::size_t k = 0; k < kAtOnce; ++k) {
        const auto of_lane = lane(times, k);
        EXPECT_EQ(std::accumulate(of_lane.begin(), of_lane.end(), 0), patients);
      }
    }
  }
}

// Each of n draws takes each of n patients alike, so that a patient's number is binomial (n, 1/n), and two patients' numbers have the
// covariance -1/n. Three patients are few enough for every wrong correction to show.
TEST(Resamples, AreDrawnUniformlyWithReplacement) {
  for (const int n : {3, 50}) {
    constexpr int kResamples = 40000;
    std::vector<double> mean(static_cast<std::size_t>(n));
    std::vector<double> frequency(6);
    double product = 0;
    for (std::int64_t first = 0; first < kResamples; first += kAtOnce) {
      const auto times = draw(n, 4, from(first));
      for (std::size_t k = 0; k < kAtOnce; ++k) {
        const auto of_lane = lane(times, k);
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += of_lane[i] / static_cast<double>(kResamples);
        for (const int count : of_lane) {
          if (count < 6) frequency[static_cast<std::size_t>(count)] += 1.0 / (n * kResamples);
        }
        product += of_lane[0] * of_lane[1] / static_cast<double>(kResamples);
      }
    }
    for (const double each : mean) EXPECT_NEAR(each, 1, 5 / std::sqrt(kResamples));
    EXPECT_NEAR(product, 1 - 1.0 / n, 5 / std::sqrt(kResamples));
    for (int count = 0; count < std::min(n, 5) + 1; ++count) {
      const double ways = std::exp(std::lgamma(n + 1) - std::lgamma(count + 1) - std::lgamma(n - count + 1));
      const double expected = ways * std::pow(1.0 / n, count) * std::pow(1 - 1.0 / n, n - count);
      EXPECT_NEAR(frequency[static_cast<std::size_t>(count)], expected, 4 * std::sqrt(expected / kResamples)) << count << " of " << n;
    }
  }
}

TEST(Resamples, AreAFunctionOfSeedAndNumber) {
  const auto times = draw(80, 1, from(0));
  EXPECT_EQ(draw(80, 1, from(0)), times);
  EXPECT_NE(draw(80, 2, from(0)), times);
  const auto others = draw(80, 1, from(3, 5));
  EXPECT_EQ(lane(others, 0), lane(times, 3)) << "independent of the other draws";
  EXPECT_EQ(lane(others, 2), lane(times, 13));
  EXPECT_NE(lane(times, 0), lane(times, 1));
}

}  // namespace
}  // namespace galen::trainer
