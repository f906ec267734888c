// Several arrays of one file as the inputs of a model, against h5py and against each of them alone.

#include "data/loader.h"
#include "data/preparation/preparations.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"
#include "tests/support/error_text.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <map>

namespace galen::data {
namespace {

using testing::HasSubstr;

class SeveralInputs : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (IsSkipped()) return;
    write(R"(
i = np.arange(40)
f['/samples/image'] = ((7 * i[:, None, None, None] + np.arange(12).reshape(1, 1, 3, 4)) % 251).astype('u1')
f['/samples/image'].attrs['layout'] = 'nchw'
rows = np.sin(0.3 * np.arange(80)).reshape(40, 2).astype('f4')
rows[::5] = np.nan
f['/samples/tabular'] = rows
f['/samples/tabular_present'] = i % 5 != 0
f['/samples/signal'] = np.cos(np.arange(480)).reshape(40, 2, 6).astype('f4')
f['/samples/signal_length'] = 1 + i % 6
f['/samples/label'] = i % 2
f['/short'] = np.zeros((39, 2), 'f4')
)");
  }

  static std::vector<std::int64_t> all() {
    std::vector<std::int64_t> samples(40);
    for (std::size_t i = 0; i < 40; ++i) samples[i] = static_cast<std::int64_t>(i);
    return samples;
  }

  static const PreparationOptions& options() {
    static const PreparationOptions kOptions = {.scaling = ScalingMethod::kStandardize, .transforms = {.augment = "flip(horizontal)"}};
    return kOptions;
  }

  /// Inputs of one epoch, batch by batch, all in order of their samples.
  static std::vector<Samples> batches(const std::shared_ptr<Dataset>& dataset, const PreparationOptions& how) {
    Loader loader(dataset, all(), make_preparations(how, *dataset, all()), {.batch = 16, .augment = true, .seed = 5});
    std::vector<Samples> found;
    for (const Batch& batch : loader.epoch(1)) {
      Samples copy = batch.samples;
      copy.index = copy.index.clone();
      for (Input& input : copy.inputs) {
        input.values = input.values.clone();
        if (input.length.defined()) input.length = input.length.clone();
        if (input.present.defined()) input.present = input.present.clone();
      }
      found.push_back(copy);
    }
    return found;
  }

  std::shared_ptr<Dataset> data(const std::string& input, const std::string& layout = "auto") const {
    return std::make_shared<Dataset>(DatasetOptions{.file = path(), .input = input, .layout = layout});
  }
};

constexpr char kThreeInputs[] = "/samples/image, samples/tabular,/samples/signal";

TEST_F(SeveralInputs, AreEachWhatItIsAlone) {
  const auto dataset = data(kThreeInputs);
  ASSERT_EQ(dataset->inputs(), 3U);
  EXPECT_EQ(dataset->input(1).input_name(), "/samples/tabular");
  EXPECT_EQ(dataset->input(2).input_shape(), (std::vector<std::int64_t>{2, 6}));
  EXPECT_EQ(dataset->input(1).inputs(), 1U);
  const std::vector<Samples> together = batches(dataset, options());
  const std::map<std::size_t, std::pair<std::string, PreparationOptions>> alone = {
      {0, {"/samples/image", options()}},
      {1, {"/samples/tabular", {.scaling = ScalingMethod::kStandardize}}},
      {2, {"/samples/signal", {.scaling = ScalingMethod::kStandardize}}}};
  for (const auto& [number, one] : alone) {
    const std::vector<Samples> expected = batches(data(one.first), one.second);
    ASSERT_EQ(expected.size(), together.size());
    for (std::size_t b = 0; b < expected.size(); ++b) {
      ASSERT_EQ(together[b].inputs.size(), 3U);
      EXPECT_TRUE(at::equal(together[b].index, expected[b].index));
      EXPECT_TRUE(at::equal(together[b].inputs[number].values, expected[b].inputs.only())) << one.first;
    }
  }
}

TEST_F(SeveralInputs, HoldWhatH5pyReads) {
  const std::vector<double> pixels = evaluate("f['samples/image']"), rows = evaluate("f['samples/tabular']");
  const std::vector<double> mean = evaluate("np.nanmean(f['samples/tabular'][:].astype('f8'), axis=0)");
  const std::vector<double> deviation = evaluate("np.nanstd(f['samples/tabular'][:].astype('f8'), axis=0)");
  const double pixel_mean = evaluate("np.mean(f['samples/image'])").front(),
               pixel_deviation = evaluate("np.std(f['samples/image'])").front();
  for (const Samples& samples : batches(data(kThreeInputs), {.scaling = ScalingMethod::kStandardize})) {
    const auto* index = samples.index.const_data_ptr<std::int64_t>();
    ASSERT_TRUE(samples.inputs[1].present.defined());
    EXPECT_FALSE(samples.inputs[0].present.defined());
    EXPECT_FALSE(samples.inputs[0].length.defined());
    for (std::int64_t i = 0; i < samples.size(); ++i) {
      const auto sample = static_cast<std::size_t>(index[i]);
      for (std::size_t p = 0; p < 12; ++p) {
        const double expected = (pixels[12 * sample + p] - pixel_mean) / pixel_deviation;
        EXPECT_NEAR(samples.inputs[0].values[i].const_data_ptr<float>()[p], expected, 1e-5);
      }
      const bool present = sample % 5 != 0;
      EXPECT_EQ(samples.inputs[1].present[i].item<bool>(), present);
      for (std::size_t c = 0; c < 2; ++c) {
        const double expected = present ? (rows[2 * sample + c] - mean[c]) / deviation[c] : 0;
        EXPECT_NEAR(samples.inputs[1].values[i].const_data_ptr<float>()[c], expected, 1e-5) << sample;
      }
      EXPECT_EQ(samples.inputs[2].length[i].item<std::int64_t>(), 1 + index[i] % 6);
    }
  }
}

TEST_F(SeveralInputs, TakeTheOptionsThatAreForThem) {
  const auto dataset = data("/samples/image,/samples/tabular");
  const std::vector<Preparation> each =
      make_preparations({.impute = ImputationMethod::kMean, .transforms = {.prepare = "resize(6, 8)"}}, *dataset, all());
  EXPECT_EQ(output_shape(each[0], dataset->input(0).input_shape()), (std::vector<std::int64_t>{1, 6, 8}));
  EXPECT_EQ(each[0].scaling.deviation, std::vector<float>{255}) << "the range of u8";
  EXPECT_EQ(each[1].scaling.deviation, (std::vector<float>{1, 1})) << "floating point stays as it is";
  EXPECT_TRUE(each[0].imputation.fill.empty());
  EXPECT_EQ(each[1].imputation.fill.size(), 2U);
  EXPECT_THAT(test::error_text([&] { make_preparations({.max_length = 20}, *dataset, all()); }),
              HasSubstr("data.max_length is for texts; none of the inputs"));
}

TEST_F(SeveralInputs, AreRefusedWhereTheyDoNotGoTogether) {
  const auto failure = [&](const std::string& input, const std::string& layout = "auto") {
    return test::error_text([&] { data(input, layout); });
  };
  EXPECT_THAT(failure("/samples/image,/short"), HasSubstr("/short"));
  EXPECT_THAT(failure("/samples/image,samples/image"), HasSubstr("names /samples/image twice"));
  EXPECT_THAT(failure("/samples/image,,/samples/tabular"), HasSubstr("an array without a name"));
  EXPECT_THAT(failure("/samples/image,/samples/tabular", "nchw"), HasSubstr("is for 1 input, but data.input names 2"));
  EXPECT_THAT(failure("/samples/image,/samples/missing"), HasSubstr("/samples/missing is missing"));
  EXPECT_EQ(data("/samples/image,/samples/tabular", "nchw, nf")->inputs(), 2U);
}

TEST_F(SeveralInputs, MakeADataSetOfTheirOwn) {
  EXPECT_NE(data("/samples/image,/samples/tabular")->digest(), data("/samples/image")->digest());
  EXPECT_NE(data("/samples/image,/samples/tabular")->digest(), data("/samples/tabular,/samples/image")->digest());
}

}  // namespace
}  // namespace galen::data
