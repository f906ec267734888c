#include "data/sampling/split.h"
#include "tests/data/import/import_fixture.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class NpzTest : public test::ImportFixture {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs Python with numpy and h5py (launch/setup.sh --tests)";
    run_script("formats/numpy/npz_files.py", {folder_.path()});
  }

  ImportReport import_and_compare(const std::string& source) {
    const ImportReport report = import(source);
    compare("import/compare.py", {"npz", source});
    return report;
  }

  std::string made(const std::string& name) const { return folder_ / (name + ".npz"); }
};

TEST_F(NpzTest, BreastMnistArrivesPixelForPixel) {
  const auto source = test::real_data("medmnist/breastmnist.npz");
  if (!source) GTEST_SKIP() << "needs medmnist/breastmnist.npz in GALEN_REAL_DATA";
  const ImportReport report = import_and_compare(*source);
  EXPECT_EQ(report.format, "npz");
  EXPECT_EQ(report.task, "binary");
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 28, 28));
  EXPECT_THAT(report.subsets, ElementsAre(546, 78, 156));
  ASSERT_EQ(report.classes.size(), 2);
  EXPECT_THAT(report.classes[0].samples, ElementsAre(147, 21, 42));
  EXPECT_THAT(report.classes[1].samples, ElementsAre(399, 57, 114));
}

TEST_F(NpzTest, AdrenalMnist3dArrivesVoxelForVoxel) {
  const auto source = test::real_data("medmnist/adrenalmnist3d.npz");
  if (!source) GTEST_SKIP() << "needs medmnist/adrenalmnist3d.npz in GALEN_REAL_DATA";
  const ImportReport report = import_and_compare(*source);
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 28, 28, 28));
  EXPECT_THAT(report.subsets, ElementsAre(1188, 98, 298));
}

TEST_F(NpzTest, EveryKindOfArrayArrivesAsNumpyReadsIt) {
  for (const char* name : {"colour", "multilabel", "sixteen_bits", "halves", "doubles_big_endian", "volume"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(import_and_compare(made(name)).samples, 51);
  }
  EXPECT_EQ(import(made("multilabel")).task, "multilabel");
  EXPECT_THAT(import(made("colour")).sample_shape, ElementsAre(3, 20, 24));
}

TEST_F(NpzTest, NumbersThatAreNoneOrDoNotFitAreCounted) {
  EXPECT_THAT(import(made("large")).warnings, testing::Contains(AllOf(HasSubstr("images.npy"), HasSubstr("2 values are whole numbers"))));
  const std::vector<std::string> warnings = import(made("none")).warnings;
  EXPECT_THAT(warnings, testing::Contains(HasSubstr("1 value is no number (NaN)")));
  EXPECT_THAT(warnings, testing::Contains(HasSubstr("1 value is infinite")));
}

TEST_F(NpzTest, CompressionKeepsThePixels) {
  ImportOptions options;
  options.compression = 4;
  import(made("colour"), options);
  compare("import/compare.py", {"npz", made("colour")});
}

TEST_F(NpzTest, ValidationIsDrawnFromTrainingWhereTheSourceHasNone) {
  EXPECT_THAT(import_and_compare(made("keras")).subsets, ElementsAre(42, 6, 20));  // 1/8 of the 48 training samples
  const Dataset dataset = imported();
  for (int i = 0; i < 68; ++i) EXPECT_EQ(dataset.stored_split()[i] == Subset::kTest, i >= 48);
}

TEST_F(NpzTest, APairWithoutSplitIsDrawnAsTheSplitOfTheFileWouldBe) {
  ImportOptions options;
  options.split.seed = 3;
  EXPECT_THAT(import(made("single"), options).subsets, ElementsAre(70, 10, 20));
  const Dataset dataset = imported();
  options.split.source = SplitSource::kDrawn;
  EXPECT_EQ(dataset.stored_split(), split_of(dataset, options.split));
}

TEST_F(NpzTest, LabelsAreClassesByValue) {
  const ImportReport report = import(made("negative"));
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("-1 is class 0, 0 is class 1, 1 is class 2")));
  EXPECT_EQ(report.classes[0].name, "-1");
  EXPECT_EQ(report.task, "multiclass");
}

TEST_F(NpzTest, BadArchivesAreNamedAndLeaveNothingBehind) {
  EXPECT_THAT(refusal(made("no_labels")), AllOf(HasSubstr("train_images"), HasSubstr("no train_labels")));
  EXPECT_THAT(refusal(made("other_names")), AllOf(HasSubstr("a.npy, b.npy"), HasSubstr("MedMNIST")));
  EXPECT_THAT(refusal(made("unequal")), AllOf(HasSubstr("5 samples"), HasSubstr("6")));
  EXPECT_THAT(refusal(made("flat")), HasSubstr("[N, 400]"));
  EXPECT_THAT(refusal(made("two_forms")), AllOf(HasSubstr("x_test.npy"), HasSubstr("[N, 20, 21]")));
  EXPECT_THAT(refusal(made("objects")), HasSubstr("no plain number"));
  EXPECT_THAT(refusal(made("fortran")), HasSubstr("Fortran"));
  EXPECT_THAT(refusal(made("empty")), HasSubstr("no samples"));

  const std::string bytes = test::read_file(made("colour"));
  EXPECT_THAT(refusal(folder_.write("cut.npz", bytes.substr(0, bytes.size() / 2))), HasSubstr("zip archive"));
  std::string damaged = bytes;
  damaged[bytes.size() / 3] = static_cast<char>(damaged[bytes.size() / 3] ^ 0x55);  // within the training images
  EXPECT_THAT(refusal(folder_.write("damaged.npz", damaged)), HasSubstr("damaged"));

  EXPECT_FALSE(std::filesystem::exists(output()));
  EXPECT_EQ(test::count_temporaries(std::filesystem::path(output()).parent_path()), 0U);
}

}  // namespace
}  // namespace galen::data
