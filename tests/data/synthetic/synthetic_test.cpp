#include "data/synthetic/synthetic.h"
#include "data/sampling/split.h"

#include "data/files/dataset.h"
#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <sstream>

namespace galen::data {
namespace {

Dataset open(const std::string& file) { return Dataset({.file = file, .input = "", .target = "/samples/label", .layout = "auto"}); }

TEST(Synthetic, ASampleIsAPureFunctionOfSeedAndNumber) {
  SyntheticOptions options;
  options.channels = 3;
  const at::Tensor all = draw_synthetic(options, 0, 40);
  EXPECT_TRUE(at::equal(at::cat({draw_synthetic(options, 0, 7), draw_synthetic(options, 7, 33)}), all));
  at::set_num_threads(1);
  EXPECT_TRUE(at::equal(draw_synthetic(options, 0, 40), all));
  options.samples = 40;
  EXPECT_TRUE(at::equal(draw_synthetic(options, 0, 40), all));
  options.seed = 1;
  EXPECT_FALSE(at::equal(draw_synthetic(options, 0, 40), all));
}

TEST(Synthetic, ImagesOfDifferentSamplesDiffer) {
  const at::Tensor images = draw_synthetic({}, 0, 200);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.emplace(static_cast<const char*>(images[i].data_ptr()), 784);
  EXPECT_EQ(seen.size(), 200);
}

TEST(Synthetic, TheFileHoldsWhatWasDrawn) {
  const test::TemporaryFolder folder;
  SyntheticOptions options = {.file = folder / "s.h5", .samples = 1000, .side = 32, .channels = 3, .classes = 10, .compression = 1};
  write_synthetic(options);
  const Dataset dataset = open(options.file);
  EXPECT_EQ(dataset.size(), 1000);
  EXPECT_EQ(dataset.input_shape(), (std::vector<std::int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset.class_names()[1], "spiculated");
  EXPECT_EQ(dataset.class_names()[9], "two spiculated");
  const std::vector<std::int64_t> some = {999, 3};
  at::Tensor values = draw_synthetic(options, 0, 2);
  dataset.read(some, values);
  EXPECT_TRUE(at::equal(values[0], draw_synthetic(options, 999, 1)[0]));
  EXPECT_TRUE(at::equal(values[1], draw_synthetic(options, 3, 1)[0]));
}

TEST(Synthetic, PatientsShareTheirClassAndTheirSideOfTheSplit) {
  const test::TemporaryFolder folder;
  SyntheticOptions options = {.file = folder / "s.h5", .samples = 901, .side = 16, .classes = 3, .samples_per_patient = 3};
  write_synthetic(options);
  const Dataset dataset = open(options.file);
  const auto* classes = dataset.targets().data_ptr<std::int64_t>();
  std::array<int, 3> counts = {};
  for (int i = 0; i < 901; ++i) {
    EXPECT_EQ(dataset.groups()[i], i / 3);
    EXPECT_EQ(classes[i], classes[i / 3 * 3]);
    EXPECT_EQ(dataset.stored_split()[i], dataset.stored_split()[i / 3 * 3]);
    ++counts[classes[i]];
  }
  for (const int count : counts) EXPECT_NEAR(count, 300, 3);
  EXPECT_NEAR(static_cast<double>(members(dataset.stored_split(), Subset::kTrain).size()), 0.7 * 901, 6);
  SplitOptions again;
  again.source = SplitSource::kDrawn;
  EXPECT_EQ(split_of(dataset, again), dataset.stored_split());
}

TEST(Synthetic, OptionsOutOfRangeAreUsageErrors) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "s.h5";
  for (const SyntheticOptions& options :
       {SyntheticOptions{.file = file, .samples = 0}, SyntheticOptions{.file = file, .side = 15},
        SyntheticOptions{.file = file, .channels = 0}, SyntheticOptions{.file = file, .classes = 1},
        SyntheticOptions{.file = file, .classes = 33}, SyntheticOptions{.file = file, .samples_per_patient = 0},
        SyntheticOptions{.file = file, .noise = -1}}) {
    EXPECT_THROW(write_synthetic(options), UsageError);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
}

// What a small convolutional network reaches is shown by the quickstart; here, that the class can be seen by filters and not by pixels.
TEST(Synthetic, LocalFiltersSeeTheClassAndALinearModelOnPixelsDoesNot) {
  if (!test::python()) GTEST_SKIP() << "needs Python with scikit-learn; run launch/setup.sh";
  const test::TemporaryFolder folder;
  const SyntheticOptions options = {.file = folder / "s.h5"};
  write_synthetic(options);
  test::ProgramOptions patient;
  patient.patience = std::chrono::minutes(2);
  const test::ProgramResult result =
      test::run_program({*test::python(), test::source_folder() / "tests/data/synthetic/synthetic_learnability.py", options.file}, patient);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  double linear = 1;
  double local = 0;
  std::istringstream(result.output) >> linear >> local;
  EXPECT_LT(linear, 0.65);
  EXPECT_GT(local, 0.95);
}

}  // namespace
}  // namespace galen::data
