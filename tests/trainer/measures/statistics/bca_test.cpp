#include "trainer/measures/statistics/bca.h"

#include "tests/support/places.h"
#include "tests/support/run_python.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <numeric>

namespace galen::trainer {
namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Bca, IsThePercentileIntervalWithoutBiasAndSkewness) {
  std::vector<double> values(101);
  std::iota(values.rbegin(), values.rend(), 0);
  const std::vector<double> influences = {-1, 0, 1};
  const BcaInterval bca(50, values, influences);
  EXPECT_NEAR(bca.interval.low, 2.5, 1e-12) << "numpy.percentile";
  EXPECT_NEAR(bca.interval.high, 97.5, 1e-12);
  EXPECT_EQ(bca.interval.method, Method::kBootstrap);
  EXPECT_EQ(bca.undefined, 0);
}

// Bias and acceleration by the formula of Efron and Tibshirani, 1993, (14.10) to (14.15), spelt out with scipy's normal distribution.
TEST(Bca, AgreesWithTheFormula) {
  if (!test::python()) GTEST_SKIP() << "needs scipy (launch/setup.sh --tests)";
  const char* script = R"(
import json, numpy as np
from scipy.stats import norm
rng = np.random.default_rng(5)
x = rng.exponential(size=40)
values = np.array([rng.choice(x, 40).mean() for _ in range(999)])
left_out = np.array([np.delete(x, i).mean() for i in range(40)])
z0 = norm.ppf((values < x.mean()).mean())
d = left_out.mean() - left_out
a = (d ** 3).sum() / (6 * (d ** 2).sum() ** 1.5)
level = lambda z: norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z)))
low, high = np.percentile(values, [100 * level(norm.ppf(0.025)), 100 * level(norm.ppf(0.975))])
print(json.dumps(dict(value=x.mean(), values=values.tolist(), influences=(x.mean() - left_out).tolist(), low=low, high=high)))
)";
  const test::ProgramResult result = test::run_python({"-c", script});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const nlohmann::json expected = nlohmann::json::parse(result.output);
  const BcaInterval bca(expected["value"], expected["values"], expected["influences"].get<std::vector<double>>());
  EXPECT_NEAR(bca.interval.low, expected["low"], 1e-9);
  EXPECT_NEAR(bca.interval.high, expected["high"], 1e-9);
}

TEST(Bca, CountsAndExcludesUndefinedValues) {
  std::vector<double> values(101);
  std::iota(values.begin(), values.end(), 0);
  values.insert(values.begin() + 7, {kNan, std::numeric_limits<double>::infinity(), kNan});
  const BcaInterval bca(50, values, std::vector<double>{-1, 0, 1});
  EXPECT_EQ(bca.undefined, 3);
  EXPECT_NEAR(bca.interval.high, 97.5, 1e-12);
}

TEST(Bca, HasNoIntervalRatherThanOneWithoutWidth) {
  const std::vector<double> influences = {0, 0};
  for (const std::vector<double>& values : {std::vector<double>{1, 1, 1}, {1, 1 + 2e-16, 1 - 2e-16}, {kNan, kNan}, {}}) {
    const BcaInterval bca(1, values, influences);
    EXPECT_TRUE(std::isnan(bca.interval.low) && std::isnan(bca.interval.high));
    EXPECT_EQ(bca.interval.method, Method::kNone);
    EXPECT_FALSE(bca.interval.absent.empty());
  }
}

}  // namespace
}  // namespace galen::trainer
