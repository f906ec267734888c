#include "data/formats/nifti/nifti.h"

#include "data/files/dataset.h"
#include "data/inspection/inspect.h"
#include "galen/error.h"
#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class NiftiTest : public test::PythonImportTest {
 protected:
  NiftiTest() : PythonImportTest("formats/nifti/nifti_files.py") {}

  void import_and_compare(const std::vector<std::string>& names) const {
    for (const std::string& name : names) EXPECT_EQ(import_by_name(name).format, "nifti");
    const std::string list = python_script({"compare", made(), imported()});
    EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), static_cast<std::ptrdiff_t>(names.size()));
  }
};

TEST_F(NiftiTest, EveryOrientationBecomesLps) {
  std::vector<std::string> names = {"oblique.nii.gz"};
  for (const auto& entry : std::filesystem::directory_iterator(made("turned"))) {
    names.push_back("turned/" + entry.path().filename().string());
  }
  EXPECT_EQ(names.size(), 49);
  import_and_compare(names);
}

TEST_F(NiftiTest, EveryNumberTypeIsWhatNibabelReads) {
  import_and_compare({"uint8.nii.gz", "int8.nii.gz", "int16.nii.gz", "uint16.nii.gz", "int32.nii.gz", "float32.nii.gz", "float64.nii.gz",
                      "scaled.nii.gz", "channels.nii.gz"});
  EXPECT_THAT(import(made("channels.nii.gz")).sample_shape, ElementsAre(3, 5, 6, 7));
  EXPECT_THAT(refusal(made("flat.nii")), HasSubstr("dimensions"));
}

TEST_F(NiftiTest, EveryKindOfFileIsWhatNibabelReads) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(made("kinds"))) {
    if (entry.path().extension() != ".hdr") names.push_back("kinds/" + entry.path().filename().string());
  }
  EXPECT_EQ(names.size(), 90);
  import_and_compare(names);
}

TEST_F(NiftiTest, NumbersThatAreNoneStaySoAndAreCounted) {
  const ImportReport report = import_by_name("numbers/nan.nii.gz");
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("nan.nii.gz: 2 voxels are no numbers (NaN)")));
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("nan.nii.gz: 1 voxel is infinite")));
  python_script({"compare", made(), PythonImportTest::imported()});
  EXPECT_THAT(inspect({.file = PythonImportTest::imported("numbers/nan.nii.gz")}).missing, ElementsAre(3));
  ImportOptions options;
  options.size = {7, 7, 9};
  import(made("numbers/nan.nii.gz"), options);
  python_script({"corner", made("numbers/nan.nii.gz"), output()});
}

TEST_F(NiftiTest, WholeNumbersThatF32DoesNotHoldAreCounted) {
  for (const char* kind : {"int32", "int64", "uint64", "float64"}) {
    const ImportReport report = import_by_name(fmt::format("numbers/large_{}.nii", kind));
    EXPECT_THAT(report.warnings, testing::Contains(AllOf(HasSubstr(kind), HasSubstr("2 voxels are whole numbers beyond 16777216"))));
  }
  EXPECT_THAT(import(made("numbers/beyond.nii")).warnings, testing::Contains(HasSubstr("1 voxel is beyond the range of f32")));
}

TEST_F(NiftiTest, ShearBeyondADegreeIsNamed) {
  EXPECT_THAT(import(made("kinds/turned1.nii")).warnings, testing::Contains(AllOf(HasSubstr("turned1.nii"), HasSubstr("sheared by"))));
  EXPECT_THAT(import(made("kinds/turned0.nii")).warnings, Not(testing::Contains(HasSubstr("sheared"))));
}

TEST_F(NiftiTest, DamagedGzipDataIsNoticed) {
  std::string bytes = test::read_file(made("numbers/of_two_blocks.nii.gz"));
  bytes[bytes.size() - 8] = static_cast<char>(~bytes[bytes.size() - 8]);  // in its checksum
  EXPECT_THAT(refusal(folder_.write("a.nii.gz", bytes)), AllOf(HasSubstr("a.nii.gz"), HasSubstr("damaged")));
  bytes = test::read_file(made("uint8.nii.gz"));  // so small that its checksum is met within the header
  bytes[bytes.size() - 8] = static_cast<char>(~bytes[bytes.size() - 8]);
  EXPECT_THAT(refusal(folder_.write("a.nii.gz", bytes)), AllOf(HasSubstr("a.nii.gz"), HasSubstr("gzip packing is damaged")));
}

TEST_F(NiftiTest, HalvesOfPairsAndAnalyzeAreRefused) {
  std::string header = test::read_file(made("kinds/pair1.hdr"));
  EXPECT_THAT(refusal(folder_.write("a.hdr", header)), AllOf(HasSubstr("a.hdr"), HasSubstr(".img"), HasSubstr("missing")));
  header[344] = '\0';
  EXPECT_THAT(refusal(folder_.write("a.hdr", header)), HasSubstr("Analyze 7.5"));
}

TEST_F(NiftiTest, AVolumeOfSeveralIsTakenByItsNumber) {
  const std::string file = made("channels.nii.gz");
  EXPECT_THAT(import(file).warnings, testing::Contains(HasSubstr("The 3 volumes of each file are channels")));
  ImportOptions options;
  options.medical.volume = 2;
  EXPECT_THAT(import(file, options).sample_shape, ElementsAre(1, 5, 6, 7));
  python_script({"volumes", file, output(), "2"});
  options.medical.volume = -1;
  EXPECT_EQ(import(file, options).samples, 3);
  python_script({"volumes", file, output(), "1", "2", "3"});
  for (std::int64_t i = 1; i < 3; ++i) EXPECT_EQ(ImportFixture::imported().groups()[i], ImportFixture::imported().groups()[0]);
  options.medical.volume = 4;
  EXPECT_THAT(refusal(file, options), AllOf(HasSubstr("channels.nii.gz"), HasSubstr("no volume 4")));
}

TEST_F(NiftiTest, FilesOfDifferentNumbersOfVolumesGiveASampleForEach) {
  const ImportReport report = import(made("phases"));
  EXPECT_EQ(report.samples, 5);
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("each volume is a sample of its own")));
}

TEST_F(NiftiTest, UnpackedTwinsAreNotTwoSamples) {
  import_by_name("twins/a.nii");
  import_by_name("twins/a.nii.gz");
  python_script({"compare", made(), imported()});
  const ImportReport report = import(made("twins"));
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.skipped, ElementsAre(HasSubstr("twins/a.nii.gz")));
}

TEST_F(NiftiTest, LabelMapsComeAlongAsMasks) {
  const ImportReport report = import_by_name("msd");
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("1 volume without a label map"), HasSubstr("1 file of 1 patient;")));
  import_by_name("beside");
  python_script({"masks", made(), imported()});
  EXPECT_THAT(refusal(made("apart")), AllOf(HasSubstr("labels/a.nii.gz"), HasSubstr("does not lie on the voxels of")));
}

TEST_F(NiftiTest, AllImagesOfAPatientAreOnOneSide) {
  for (const char* source : {"in_folders", "by_name"}) {
    SCOPED_TRACE(source);
    const ImportReport report = import(made(source));
    EXPECT_THAT(report.warnings, ElementsAre(AllOf(HasSubstr("20 files of 10 patients"), HasSubstr("--patient"), Not(HasSubstr("BraTS")))));
    EXPECT_THAT(report.subsets, ElementsAre(14, 2, 4));
    const Dataset dataset({.file = output()});
    for (std::int64_t i = 0; i < 20; i += 2) {
      EXPECT_EQ(dataset.group_name(i), dataset.group_name(i + 1));
      EXPECT_EQ(dataset.stored_split()[i], dataset.stored_split()[i + 1]);
    }
  }
  ImportOptions options;
  options.patient = "T1|flair";
  import(made("by_name"), options);
  const Dataset dataset({.file = output()});
  EXPECT_EQ(dataset.groups()[0], dataset.groups()[2]);
  EXPECT_NE(dataset.groups()[0], dataset.groups()[1]);
}

TEST_F(NiftiTest, HippocampusComesInPaddedWithItsLabels) {
  const auto folder = test::real_data("nifti/hippocampus");
  if (!folder) GTEST_SKIP() << "needs nifti/hippocampus in GALEN_REAL_DATA";
  EXPECT_THAT(refusal(*folder), AllOf(HasSubstr("35 x 51 x 35"), HasSubstr("--size"), HasSubstr("--fit")));
  ImportOptions options;
  options.size = {40, 48, 40};
  EXPECT_EQ(import(*folder, options).samples, 40);
  python_script({"centre", *folder, output()});
  options.medical.fit = "resample";
  EXPECT_THAT(import(*folder, options).sample_shape, ElementsAre(1, 40, 48, 40));
}

}  // namespace
}  // namespace galen::data
