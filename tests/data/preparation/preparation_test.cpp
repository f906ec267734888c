#include "data/preparation/preparation.h"

#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <gmock/gmock.h>

#include <cmath>
#include <iterator>
#include <numeric>
#include <sstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr int kSamples = 90;
constexpr int kTraining = 61;

// A table with gaps in columns 1, 2 and 4 of the training samples; column 3 has one in a later sample alone. Column 2 has few values, some
// of them equally frequent, and column 5 is constant.
constexpr char kTable[] = R"(
random = np.random.default_rng(7)
x = random.normal(5, 3, (90, 6)).astype('f4')
x[:, 2] = random.integers(0, 4, 90)
x[:, 5] = 2
x[random.random((90, 6)) < [0, .3, .2, 0, .5, 0]] = np.nan
x[80, 3] = np.nan
f['x'] = x
f['x'].attrs['names'] = ['age', 'pulse', 'grade', 'weight', 'dose', 'site']
)";

class PreparationTest : public test::H5pyTest {
 protected:
  static std::vector<std::int64_t> samples(std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(end - begin));
    std::iota(numbers.begin(), numbers.end(), begin);
    return numbers;
  }
  static std::vector<std::int64_t> training() { return samples(0, kTraining); }

  std::vector<double> prepared(const Preparation& preparation) const {
    const auto dataset = open("x");
    at::Tensor values = at::empty({kSamples, 6}, at::kFloat);
    dataset->read(samples(0, kSamples), values);
    at::Tensor prepared = at::empty({kSamples, output_shape(preparation, {6}).front()}, at::kFloat);
    const std::int64_t width = prepared.size(1);
    for (std::int64_t i = 0; i < kSamples; ++i) {
      prepare_row(preparation, values.const_data_ptr<float>() + 6 * i, prepared.mutable_data_ptr<float>() + width * i);
    }
    return test::to_vector<float>(prepared);
  }
  /// What scikit-learn makes of the table: a line for each method, without and with indicators.
  std::istringstream scikit_learn() const {
    return std::istringstream(read(R"(
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
x = f['x'][:].astype('f8')
for strategy in ['mean', 'median', 'most_frequent']:
    for indicator in [False, True]:
        pipeline = make_pipeline(StandardScaler(), SimpleImputer(strategy=strategy, add_indicator=indicator)).fit(x[:61])
        print(*pipeline.transform(x).ravel())
)"));
  }
};

TEST_F(PreparationTest, IsThatOfScikitLearnFittedOnTheTrainingSplit) {
  write(kTable);
  std::istringstream reference = scikit_learn();
  for (const ImputationMethod method : {ImputationMethod::kMean, ImputationMethod::kMedian, ImputationMethod::kMostFrequent}) {
    for (const bool indicator : {false, true}) {
      std::string line;
      std::getline(reference, line);
      std::istringstream words(line);
      const std::vector<double> expected(std::istream_iterator<double>(words), {});
      const std::vector<double> values =
          prepared(make_preparation({ScalingMethod::kStandardize, method, indicator}, *open("x"), training()));
      ASSERT_EQ(values.size(), kSamples * (indicator ? 9U : 6U));
      ASSERT_EQ(values.size(), expected.size()) << name_of(method);
      for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_NEAR(values[i], expected[i], 2e-6 * (1 + std::abs(expected[i]))) << name_of(method) << i;
    }
  }
}

TEST_F(PreparationTest, OfAnEvenNumberOfValuesHasTheMiddleOfTwo) {
  write("f['x'] = np.array([[1, 4, 1], [np.nan, 4, 2], [9, 2, 2], [2, 2, 1], [4, np.nan, np.nan]])");
  EXPECT_THAT(make_imputation(ImputationMethod::kMedian, false, *open("x"), samples(0, 5)).fill, ElementsAre(3, 3, 1.5));
  EXPECT_THAT(make_imputation(ImputationMethod::kMostFrequent, true, *open("x"), samples(0, 5)).fill, ElementsAre(1, 2, 1));
  EXPECT_THAT(make_imputation(ImputationMethod::kMean, true, *open("x"), samples(0, 4)).indicators, ElementsAre(0));
}

TEST_F(PreparationTest, DoesNotSeeSamplesOutsideOfTraining) {
  const auto fit = [&] {
    std::vector<Preparation> fitted;
    for (const ImputationMethod method : {ImputationMethod::kMean, ImputationMethod::kMedian, ImputationMethod::kMostFrequent})
      fitted.push_back(make_preparation({ScalingMethod::kStandardize, method, true}, *open("x"), training()));
    return fitted;
  };
  write(kTable);
  const std::vector<Preparation> before = fit();
  run("f['x'][61:] = 1e6; f['x'][70:, :4] = np.nan", "r+");
  const std::vector<Preparation> after = fit();
  run("f['x'][60] = 1e6", "r+");  // a training sample
  const std::vector<Preparation> other = fit();
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].imputation.fill, before[i].imputation.fill);
    EXPECT_EQ(after[i].imputation.indicators, before[i].imputation.indicators);
    EXPECT_EQ(after[i].scaling.mean, before[i].scaling.mean);
    EXPECT_EQ(after[i].scaling.deviation, before[i].scaling.deviation);
    EXPECT_NE(other[i].scaling.mean, before[i].scaling.mean);
  }
  EXPECT_NE(other[0].imputation.fill, before[0].imputation.fill);
}

TEST_F(PreparationTest, WithoutImputationNamesTheGap) {
  write(kTable);
  EXPECT_THAT([&] { make_preparation({.scaling = ScalingMethod::kStandardize}, *open("x"), training()); },
              ThrowsMessage<Error>(AllOf(HasSubstr("dataset /x"), HasSubstr("sample "), HasSubstr("holds nan"), HasSubstr("data.impute"))));
}

TEST_F(PreparationTest, StillRefusesInfinity) {
  write("x = np.ones((5, 2)); x[1, 0] = np.nan; x[3, 1] = np.inf; f['x'] = x");
  EXPECT_THAT([&] { make_preparation({.impute = ImputationMethod::kMean}, *open("x"), samples(0, 5)); },
              ThrowsMessage<Error>(AllOf(HasSubstr("sample 3"), HasSubstr("inf"), HasSubstr("feature 1"))));
}

TEST_F(PreparationTest, CannotFillAColumnWithoutAnyValueInTraining) {
  write("x = np.ones((5, 2)); x[:4, 1] = np.nan; f['x'] = x; f['x'].attrs['names'] = ['age', 'lactate']");
  EXPECT_THAT([&] { make_preparation({.impute = ImputationMethod::kMedian}, *open("x"), samples(0, 4)); },
              ThrowsMessage<Error>(AllOf(HasSubstr("'lactate'"), HasSubstr("training"), HasSubstr("--leave-out"))));
  EXPECT_NO_THROW(make_preparation({.impute = ImputationMethod::kMedian}, *open("x"), samples(1, 5)));
}

TEST_F(PreparationTest, IsForTablesAndSaysWhatItCannotDo) {
  write("f['x'] = np.ones((5, 2)); f['image'] = np.ones((5, 1, 4, 4))");
  EXPECT_THROW(make_preparation({.impute = ImputationMethod::kMean}, *open("image", "", "nchw"), samples(0, 5)), UsageError);
  EXPECT_THROW(make_preparation({.missing_indicator = true}, *open("x"), samples(0, 5)), UsageError);
  const Preparation plain = make_preparation({}, *open("image", "", "nchw"), samples(0, 5));
  EXPECT_THAT(plain.imputation.fill, IsEmpty());
  EXPECT_THAT(output_shape(plain, {1, 4, 4}), ElementsAre(1, 4, 4));
}

TEST(PrepareRow, FillsGapsAndThenScalesInPlaceToo) {
  const Preparation preparation = {.imputation = {.fill = {4, 5}, .indicators = {1}}, .scaling = {{2, 1}, {2, 4}}};
  std::vector<float> row = {6, NAN, -1};
  prepare_row(preparation, row.data(), row.data());
  EXPECT_THAT(row, ElementsAre(2, 1, 1));
  row = {NAN, 9, -1};
  prepare_row(preparation, row.data(), row.data());
  EXPECT_THAT(row, ElementsAre(1, 2, 0));
}

}  // namespace
}  // namespace galen::data
