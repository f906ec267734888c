#include "data/import/nifti.h"

#include "data/dataset.h"
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

TEST_F(NiftiTest, NeverIsAnUnpackedTwinReadInTheFilesPlace) {
  EXPECT_THAT(refusal(made("twins/a.nii.gz")), AllOf(HasSubstr("twins/a.nii,"), HasSubstr("in its place")));
  EXPECT_EQ(import_by_name("twins/a.nii").samples, 1);
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
