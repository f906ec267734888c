#include "trainer/evaluation/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace galen::trainer {
namespace {

using testing::ElementsAre;

TEST(Bootstrap, SamplesOfAPatientComeAndGoTogether) {
  const std::vector<std::int64_t> patients = {70, 5, 70, 900, 5, 70};
  const PatientBootstrap bootstrap(patients, 1);
  EXPECT_EQ(bootstrap.patients(), 3);
  for (std::int64_t resample = 0; resample < 100; ++resample) {
    const auto times = bootstrap.multiplicity(resample);
    EXPECT_EQ(times[0], times[2]);
    EXPECT_EQ(times[0], times[5]);
    EXPECT_EQ(times[1], times[4]);
    EXPECT_EQ(times[0] + times[1] + times[3], 3) << "as many patients as there are";
  }
}

TEST(Bootstrap, DrawsEveryPatientAlikeAndWithReplacement) {
  std::vector<std::int64_t> patients(50);
  std::iota(patients.begin(), patients.end(), 0);
  const PatientBootstrap bootstrap(patients, 4);
  constexpr int kResamples = 4000;
  std::vector<double> drawn(50);
  double absent = 0;
  for (int resample = 0; resample < kResamples; ++resample) {
    const auto times = bootstrap.multiplicity(resample);
    for (std::size_t i = 0; i < 50; ++i) {
      drawn[i] += static_cast<double>(times[i]) / kResamples;
      absent += static_cast<double>(times[i] == 0) / (50 * kResamples);
    }
  }
  for (const double mean : drawn) EXPECT_NEAR(mean, 1, 5 / std::sqrt(kResamples));
  EXPECT_NEAR(absent, std::pow(1 - 1.0 / 50, 50), 0.005);
}

TEST(Bootstrap, IsAFunctionOfSeedAndResample) {
  const std::vector<std::int64_t> patients = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto first = PatientBootstrap(patients, 1).multiplicity(3);
  EXPECT_EQ(PatientBootstrap(patients, 1).multiplicity(3), first);
  EXPECT_NE(PatientBootstrap(patients, 2).multiplicity(3), first);
  EXPECT_NE(PatientBootstrap(patients, 1).multiplicity(4), first);
}

TEST(PercentileInterval, IsNumPys) {
  std::vector<double> values(101);
  std::iota(values.rbegin(), values.rend(), 0);
  EXPECT_DOUBLE_EQ(percentile_interval(values).low, 2.5);
  EXPECT_DOUBLE_EQ(percentile_interval(values).high, 97.5);
  // numpy.percentile([1, 2, 4], [2.5, 97.5])
  EXPECT_DOUBLE_EQ(percentile_interval({4, 1, 2}).low, 1.05);
  EXPECT_DOUBLE_EQ(percentile_interval({4, 1, 2}).high, 3.9);
}

TEST(PercentileInterval, LeavesOutWhatIsUndefined) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(percentile_interval({nan, 4, 1, nan, 2}).high, 3.9);
  EXPECT_TRUE(std::isnan(percentile_interval({nan, nan}).low));
  EXPECT_TRUE(std::isnan(percentile_interval({}).high));
}

}  // namespace
}  // namespace galen::trainer
