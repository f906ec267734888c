#include "data/import/nifti.h"

#include "data/dataset.h"
#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class NiftiTest : public test::PythonImportTest {
 protected:
  NiftiTest() : PythonImportTest("nifti_files.py") {}

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

TEST_F(NiftiTest, LabelMapsComeAlongAsMasks) {
  const ImportReport report = import_by_name("msd");
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("1 volume without a label map")));
  import_by_name("beside");
  python_script({"masks", made(), imported()});
  EXPECT_THAT(refusal(made("apart")), AllOf(HasSubstr("labels/a.nii.gz"), HasSubstr("does not lie on the voxels of")));
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

TEST_F(NiftiTest, DamagedFilesAreErrorsAndNothingIsPrinted) {
  testing::internal::CaptureStderr();
  std::mt19937 random(1);
  const std::string whole = test::read_file(made("oblique.nii.gz"));
  const std::string plain = test::read_file(made("turned/RAS.nii"));
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string bytes = i % 2 == 0 ? plain : whole;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % std::min<std::size_t>(bytes.size(), 352)] = static_cast<char>(random());
    if (i % 10 < 2) bytes.resize(random() % bytes.size());
    refused += !refusal(folder_.write(i % 2 == 0 ? "damaged.nii" : "damaged.nii.gz", bytes)).empty();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace galen::data
