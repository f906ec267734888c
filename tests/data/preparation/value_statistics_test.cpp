#include "data/preparation/value_statistics.h"

#include "data/preparation/scaling_notes.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>

#include <numeric>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ValueStatisticsTest : public test::H5pyTest {
 protected:
  static std::vector<std::int64_t> all(const Dataset& dataset) {
    std::vector<std::int64_t> samples(static_cast<std::size_t>(dataset.size()));
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
  }

  ValueStatistics of(const std::string& input, const std::string& layout = "auto") const {
    const auto dataset = open(input, "", layout);
    return sampled_statistics(*dataset, all(*dataset));
  }

  std::vector<std::string> notes(const std::string& input, const PreparationOptions& options = {},
                                 const std::string& layout = "nhw") const {
    const auto dataset = open(input, "", layout);
    const Preparation preparation = make_preparation(options, *dataset, all(*dataset));
    return scaling_notes(options, *dataset, preparation.scaling, sampled_statistics(*dataset, all(*dataset)));
  }

  // What is said of `found`, where the model was trained on `trained`.
  std::string difference(const std::string& trained, const std::string& found, const std::string& layout = "auto") const {
    return scale_difference(of(trained, layout), of(found, layout), *open(found, "", layout));
  }
};

TEST_F(ValueStatisticsTest, AreThoseOfNumpyWithoutMissingAndInfiniteValues) {
  write("x = np.random.default_rng(1).normal(5, [1, 3, 9], (200, 3)); x[::9, 1] = np.nan; x[5, 2] = np.inf; f['x'] = x.astype('f4')");
  const ValueStatistics found = of("x");
  const std::string x = "np.where(np.isfinite(f['x'][:]), f['x'][:].astype('f8'), np.nan)";
  const std::vector<double> mean = evaluate("np.nanmean(" + x + ", 0)"), deviation = evaluate("np.nanstd(" + x + ", 0)");
  const std::vector<double> low = evaluate("np.nanmin(" + x + ", 0)"), high = evaluate("np.nanmax(" + x + ", 0)");
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(found.mean[c], mean[c], 1e-9);
    EXPECT_NEAR(found.deviation[c], deviation[c], 1e-9);
    EXPECT_EQ(found.minimum[c], low[c]);
    EXPECT_EQ(found.maximum[c], high[c]);
  }
  EXPECT_EQ(found.samples, 200);
}

TEST_F(ValueStatisticsTest, LookAtSamplesFromBeginningToEndAndNotAtAll) {
  write("f['x'] = np.arange(5000, dtype='f4')[:, None] * np.ones(3, 'f4')");
  const ValueStatistics found = of("x");
  EXPECT_EQ(found.samples, 1024);
  EXPECT_EQ(found.minimum[0], 0);
  EXPECT_GT(found.maximum[0], 4990);
}

TEST_F(ValueStatisticsTest, OtherScalesAreFound) {
  write(
      "r = np.random.default_rng(2)\n"
      "u8 = r.integers(0, 256, (60, 20, 20)).astype('u1'); f['u8'] = u8; f['floats'] = (u8 / 255).astype('f4')\n"
      "f['standardized'] = ((u8 - 127.5) / 74).astype('f4'); f['u12'] = u8.astype('u2') * 16; f['dim'] = u8 // 2\n"
      "f['hu'] = r.normal(-500, 450, (60, 20, 20)).astype('i2'); f['scaled'] = ((f['hu'][:] + 1024) / 4096).astype('f4')");
  for (const char* other : {"floats", "standardized", "u12"}) {
    EXPECT_THAT(difference("u8", other, "nhw"), HasSubstr("channel 0")) << other;
    EXPECT_THAT(difference(other, "u8", "nhw"), HasSubstr("channel 0")) << other;
  }
  EXPECT_THAT(difference("hu", "scaled", "nhw"), HasSubstr("another scale"));
  EXPECT_THAT(difference("scaled", "hu", "nhw"), HasSubstr("another scale"));
  EXPECT_EQ(difference("u8", "u8", "nhw"), "");
  EXPECT_EQ(difference("u8", "dim", "nhw"), "");
}

TEST_F(ValueStatisticsTest, OtherUnitsOfATableAreNamedAndOrdinaryPatientsAreNot) {
  write(
      "r = np.random.default_rng(3)\n"
      "def table(n): return np.stack([r.normal(100, 30, n), r.normal(37, .5, n), r.random(n) < .02, r.lognormal(1, 1.5, n), np.full(n, "
      "3)], 1)\n"
      "f['trained'] = table(800); f['others'] = table(60); f['few'] = table(3); f['one'] = table(1)\n"
      "x = table(60); x[:, 0] /= 18; f['mmol'] = x; x = table(60); x[:, 1] = x[:, 1] * 1.8 + 32; f['fahrenheit'] = x\n"
      "x = table(1); x[:, 1] = 98.6; f['one_fahrenheit'] = x\n"
      "for n in f: f[n].attrs['names'] = ['glucose', 'temperature', 'flag', 'crp', 'constant']");
  for (const char* like : {"trained", "others", "few", "one"}) EXPECT_EQ(difference("trained", like), "") << like;
  EXPECT_THAT(difference("trained", "mmol"), AllOf(HasSubstr("'glucose'"), Not(HasSubstr("'crp'")), Not(HasSubstr("'flag'"))));
  EXPECT_THAT(difference("mmol", "trained"), HasSubstr("'glucose'"));
  EXPECT_THAT(difference("trained", "fahrenheit"), AllOf(HasSubstr("'temperature'"), Not(HasSubstr("'glucose'"))));
  EXPECT_THAT(difference("trained", "one_fahrenheit"), HasSubstr("'temperature'"));
}

TEST_F(ValueStatisticsTest, UnitSaysWhereItDoesNotFit) {
  write(
      "r = np.random.default_rng(4)\n"
      "for t, high in (('u2', 4096), ('i4', 900), ('u1', 256), ('f4', 255)): f[t] = r.integers(0, high, (40, 8, 8)).astype(t); f[t][0, 0, "
      ":2] = 0, high - 1\n"
      "f['full'] = r.integers(0, 65536, (40, 8, 8)).astype('u2'); f['ct'] = r.integers(-1024, 3072, (40, 8, 8)).astype('i2'); f['ct'][0, "
      "0, :2] = -1024, 3071\n"
      "f['u1_of_labels'] = r.integers(0, 2, (40, 8, 8)).astype('u1'); f['unit'] = r.random((40, 8, 8)).astype('f4')");
  EXPECT_THAT(notes("u2"), ElementsAre(AllOf(HasSubstr("0 to 4095"), HasSubstr("65535"), HasSubstr("standardize"))));
  EXPECT_THAT(notes("ct"), ElementsAre(AllOf(HasSubstr("-1024 to 3071"), HasSubstr("-32768 to 32767"))));
  EXPECT_THAT(notes("u1_of_labels"), ElementsAre(HasSubstr("0 to 1 ")));
  EXPECT_THAT(notes("i4"), ElementsAre(HasSubstr("range of the training split, 0 to 899")));
  EXPECT_THAT(notes("f4"), ElementsAre(HasSubstr("leaves as they are: 0 to 254")));
  for (const char* fits : {"u1", "full", "unit"}) EXPECT_THAT(notes(fits), IsEmpty()) << fits;
  EXPECT_THAT(notes("ct", {.transforms = {.prepare = "window(-160, 240)"}}), IsEmpty());
  EXPECT_THAT(notes("u2", {.scaling = ScalingMethod::kStandardize}), IsEmpty());
}

}  // namespace
}  // namespace galen::data
