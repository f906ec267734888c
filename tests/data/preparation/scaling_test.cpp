#include "data/preparation/preparation.h"

#include "data/files/channel_moments.h"

#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace galen::data {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::FloatNear;

class ScalingTest : public test::H5pyTest {
 protected:
  static std::vector<std::int64_t> first(std::int64_t count) {
    std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
  }
  template <typename Values>
  static void expect_near(const Values& values, const std::vector<double>& expected, double relative) {
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(values[i], expected[i], relative * std::abs(expected[i])) << i;
  }
};

TEST_F(ScalingTest, StandardizesAsNumpyDoesOverTheTrainingSplitAlone) {
  write("f['x'] = np.random.default_rng(1).integers(0, 256, (700, 3, 40, 40), dtype=np.uint8) // np.array([1, 3, 9], 'u1')[:, None, None]");
  const auto dataset = open("x");
  const Scaling scaling = make_preparation({.scaling = ScalingMethod::kStandardize}, *dataset, first(611)).scaling;
  expect_near(scaling.mean, evaluate("f['x'][:611].astype('f8').mean((0, 2, 3))"), 1e-7);
  expect_near(scaling.deviation, evaluate("f['x'][:611].astype('f8').std((0, 2, 3))"), 1e-7);
}

// Where squares are summed up, nothing is left of a deviation of 1 beside a mean of ten million.
TEST_F(ScalingTest, MeasuresAccuratelyFarFromZero) {
  write("f['x'] = (1e7 + np.random.default_rng(2).integers(0, 4, (300000, 2)) * np.array([1, 5])).astype('f4')");
  const Moments moments = measure(*open("x"), first(300000));
  expect_near(moments.mean, evaluate("f['x'][:].astype('f8').mean(0)"), 1e-14);
  expect_near(moments.deviation, evaluate("f['x'][:].astype('f8').std(0)"), 1e-12);
  EXPECT_THAT(moments.missing, ElementsAre(0, 0));
}

TEST_F(ScalingTest, MeasuresWhatIsThereAndCountsWhatIsMissing) {
  write("x = np.random.default_rng(3).random((50, 3)).astype('f4'); x[::7, 1] = np.nan; x[:, 2] = np.nan; f['x'] = x");
  const Moments moments = measure(*open("x"), first(50));
  EXPECT_THAT(moments.missing, ElementsAre(0, 8, 50));
  const std::vector<double> mean = evaluate("np.nanmean(f['x'][:, :2].astype('f8'), 0)");
  EXPECT_THAT(moments.mean, ElementsAre(DoubleNear(mean[0], 1e-12), DoubleNear(mean[1], 1e-12), 0));
  const std::vector<double> deviation = evaluate("np.nanstd(f['x'][:, :2].astype('f8'), 0)");
  EXPECT_THAT(moments.deviation, ElementsAre(DoubleNear(deviation[0], 1e-12), DoubleNear(deviation[1], 1e-12), 0));
}

TEST_F(ScalingTest, LeavesAConstantChannelAtDeviationOne) {
  write("f['x'] = np.array([[7., 1], [7, 2], [7, 3]])");
  const Scaling scaling = make_preparation({.scaling = ScalingMethod::kStandardize}, *open("x"), first(3)).scaling;
  EXPECT_THAT(scaling.mean, ElementsAre(7, 2));
  EXPECT_THAT(scaling.deviation, ElementsAre(1, FloatNear(0.8164966F, 1e-7F)));
}

TEST_F(ScalingTest, UnitFollowsTheStoredType) {
  const auto unit = [&](const std::string& type) {
    write("f['x'] = np.zeros((3, 2), '" + type + "')");
    const Scaling scaling = make_preparation({.scaling = ScalingMethod::kUnit}, *open("x"), first(3)).scaling;
    EXPECT_EQ(scaling.mean.size(), 2U);
    return std::pair(scaling.mean[1], scaling.deviation[1]);
  };
  EXPECT_EQ(unit("u1"), std::pair(0.F, 255.F));
  EXPECT_EQ(unit("?"), std::pair(0.F, 1.F));
  EXPECT_EQ(unit("u2"), std::pair(0.F, 65535.F));
  EXPECT_EQ(unit("i2"), std::pair(-32768.F, 65535.F));
  EXPECT_EQ(unit("f4"), std::pair(0.F, 1.F));
  EXPECT_EQ(unit("f8"), std::pair(0.F, 1.F));
}

TEST_F(ScalingTest, UnitOfWideIntegersFollowsTheTrainingSplit) {
  write(
      "r = np.random.default_rng(5)\n"
      "for t in ('i4', 'u4', 'i8', 'u8'): f[t] = r.integers(10, 500, (40, 2, 6, 5)).astype(t); f[t][30:] = 100000\n"
      "f['table'] = np.stack([r.integers(20, 90, 40), r.integers(0, 100000, 40), np.full(40, 7)], 1)");
  for (const char* type : {"i4", "u4", "i8", "u8"}) {
    const Scaling scaling = make_preparation({}, *open(type, "", "nchw"), first(30)).scaling;
    const std::vector<double> range = evaluate("[f['" + std::string(type) + "'][:30].min(), np.ptp(f['" + type + "'][:30])]");
    EXPECT_THAT(scaling.mean, ElementsAre(range[0], range[0])) << type;
    EXPECT_THAT(scaling.deviation, ElementsAre(range[1], range[1])) << type;
  }
  const Scaling table = make_preparation({}, *open("table"), first(30)).scaling;
  expect_near(table.mean, evaluate("f['table'][:30].min(0)"), 0);
  expect_near(table.deviation, evaluate("np.maximum(np.ptp(f['table'][:30], 0), [1, 1, 1])"), 0);
}

TEST_F(ScalingTest, NoneChangesNothing) {
  write("f['x'] = np.ones((3, 2), 'u1')");
  const Scaling none = make_preparation({.scaling = ScalingMethod::kNone}, *open("x"), first(3)).scaling;
  EXPECT_THAT(none.mean, ElementsAre(0, 0));
  EXPECT_THAT(none.deviation, ElementsAre(1, 1));
}

}  // namespace
}  // namespace galen::data
