#include "data/formats/nifti/nifti_cases.h"
#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class NiftiLayouts : public test::PythonImportTest {
 protected:
  NiftiLayouts() : PythonImportTest("formats/nifti/nifti_layouts.py") {}

  /// Images and masks belong together, and the six cases are of these patients.
  ImportReport expect_cases(const std::string& layout, int channels, std::vector<std::string> patients = {"0", "1", "2", "3", "4", "5"},
                            const ImportOptions& options = {}) const {
    SCOPED_TRACE(layout);
    ImportReport report = import(made(layout), options);
    EXPECT_THAT(report.skipped, ElementsAre());
    patients.insert(patients.begin(), {"check", output(), std::to_string(channels)});
    python_script(patients);
    return report;
  }
};

TEST_F(NiftiLayouts, LabelMapsBecomeMasksWhereTheLayoutIsKnown) {
  for (const char* layout : {"nnunet1", "lits", "btcv", "kits", "bids", "atlas"}) expect_cases(layout, 1);
  const ImportReport acdc = expect_cases("acdc", 1, {"0", "0", "1", "1", "2", "2"});
  EXPECT_THAT(acdc.warnings, Contains(AllOf(HasSubstr("1 volume without a label map"), HasSubstr("patient000_4d"))));
}

TEST_F(NiftiLayouts, ImagesOfACaseBecomeItsChannels) {
  EXPECT_THAT(expect_cases("nnunet2", 2).warnings, Contains(HasSubstr("in this order: 0000, 0001")));
  EXPECT_THAT(expect_cases("brats", 4).warnings, Contains(HasSubstr("in this order: flair, t1, t1ce, t2")));
  expect_cases("brats23", 2, {"0", "0", "1", "1", "2", "2"});
  const ImportReport report = import(made("nnunet_images"));
  EXPECT_THAT(report.sample_shape, ElementsAre(2, 2, 3, 4));
  EXPECT_EQ(report.samples, 6);
}

TEST_F(NiftiLayouts, ACaseThatLacksAChannelIsNamed) {
  const ImportReport report = import(made("brats_lacking"));
  EXPECT_EQ(report.samples, 2);
  EXPECT_THAT(report.skipped, ElementsAre(AllOf(HasSubstr("BraTS_002_flair"), HasSubstr("flair, t1"))));
}

TEST_F(NiftiLayouts, LabelMapsAreNeverQuietlySamples) {
  EXPECT_THAT(refusal(made("unknown")), AllOf(HasSubstr("segmentations/roi0"), HasSubstr("--masks PATTERN"), HasSubstr("--masks none")));
  EXPECT_THAT(refusal(made("only_labels")), AllOf(HasSubstr("labelsTr/x0"), HasSubstr("--masks")));
  EXPECT_THAT(refusal(made("lits/segmentation-0.nii.gz")), AllOf(HasSubstr("segmentation-0"), HasSubstr("--masks")));
  ImportOptions options;
  options.medical.masks = "none";
  const ImportReport report = import(made("only_labels"), options);
  EXPECT_EQ(report.samples, 6);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("6 of the volumes are named as label maps")));
}

TEST_F(NiftiLayouts, APatternFindsLabelMapsAndTheirCase) {
  ImportOptions options;
  options.medical.masks = "segmentations/roi([0-9])";
  options.patient = "x([0-9])";
  EXPECT_THAT(refusal(made("unknown"), options), HasSubstr("no image's path holds \"0\""));
  options.medical.masks = "tumour/of_(case[0-9])";
  options.patient = "case([0-9])";
  const ImportReport report = expect_cases("pattern", 2, {"0", "1", "2", "3", "4", "5"}, options);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("ct/*_a, mr/*_b")));
  options.medical.masks = "lesion";
  EXPECT_THAT(refusal(made("pattern"), options), HasSubstr("finds no label map"));
  options.medical.masks = "lesion(";
  EXPECT_THAT(refusal(made("pattern"), options), HasSubstr("regular expression"));
}

TEST_F(NiftiLayouts, OneOfTwoLabelMapsIsForTheUserToChoose) {
  EXPECT_THAT(refusal(made("two")), AllOf(HasSubstr("a_mask"), HasSubstr("a_seg"), HasSubstr("--masks")));
  ImportOptions options;
  options.medical.masks = "_seg$";
  const ImportReport report = import(made("two"), options);
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("that --masks does not find left out: a_mask")));
}

TEST_F(NiftiLayouts, LabelsAboveAMasksAreNumberedAnew) {
  EXPECT_THAT(import(made("large")).warnings, Contains(HasSubstr("(0 is 0, 7 is 1, 1000 is 2, 2000 is 3)")));
  python_script({"large", output()});
}

TEST_F(NiftiLayouts, MapsOfOneStructureEachBecomeOneMask) {
  EXPECT_THAT(import(made("organs")).warnings, Contains(HasSubstr("aorta, liver, spleen")));
  python_script({"organs", output()});
}

TEST_F(NiftiLayouts, AnotherShapeThanTheImagesIsAnErrorThatNamesBoth) {
  EXPECT_THAT(refusal(made("shapes")), AllOf(HasSubstr("a_seg.nii.gz"), HasSubstr("a.nii.gz"), HasSubstr("4 x 3 x 3, not 4 x 3 x 2")));
}

}  // namespace
}  // namespace galen::data
