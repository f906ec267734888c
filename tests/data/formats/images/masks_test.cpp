#include "data/inspection/inspect.h"
#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Folders of images with masks.
class Masks : public test::PythonImportTest {
 protected:
  Masks() : PythonImportTest("formats/images/mask_files.py") {}

  void expect_masks(const std::vector<std::string>& names) {
    std::vector<std::string> arguments = {"check", made(), imported()};
    for (const std::string& name : names) {
      const ImportReport report = import_by_name(name);
      EXPECT_THAT(report.skipped, IsEmpty()) << name;
      EXPECT_TRUE(report.masks) << name;
      EXPECT_THAT(describe(report), AllOf(HasSubstr("masks"), Not(HasSubstr("unlabelled")))) << name;
      arguments.push_back(name);
    }
    python_script(arguments);
  }
  ImportReport report_of(const std::string& name) const { return import(made(name)); }
};

TEST_F(Masks, EveryUsualLayoutIsFound) {
  expect_masks({"folders", "labels", "annotations", "beside", "isic", "original", "split", "cases"});
  EXPECT_EQ(report_of("folders").task, "");
  EXPECT_THAT(report_of("split").split, HasSubstr("the source's own"));
}

TEST_F(Masks, ValuesBecomeClassesAndTheReportSaysHow) {
  expect_masks({"grey", "numbers", "zero_one", "bits", "palette", "colours", "grey_as_rgb", "wide", "empty"});
  EXPECT_THAT(report_of("grey").warnings, Contains(HasSubstr("0 is 0, 128 is 1, 200 is 2")));
  EXPECT_THAT(report_of("colours").warnings, Contains(HasSubstr("0 is 0, #0000ff is 1, #ffff00 is 2")));
  EXPECT_THAT(report_of("palette").warnings, Contains(HasSubstr("the number of a palette")));
  EXPECT_THAT(report_of("bits").warnings, Contains(HasSubstr("0 and 255 are classes 0 and 1")));
}

TEST_F(Masks, MasksGoWithTheirImagesGeometry) {
  expect_masks({"turned"});
  ImportOptions options;
  std::filesystem::create_directories(imported());
  options.file = imported("resized");
  options.size = {13, 17};
  import(made("resized"), options);
  python_script({"check", made(), imported(), "resized"});
}

TEST_F(Masks, PartsOfACaseAreJoinedAndCounted) {
  const ImportReport report = report_of("cases");
  EXPECT_EQ(report.task, "");
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("the 12 masks of 3 images are joined")), Contains(HasSubstr("marked by several")),
                                     Contains(HasSubstr("counts as a patient"))));
}

TEST_F(Masks, NucleiOfTheDataScienceBowlComeInWithTheirMasks) {
  const auto folder = test::real_data("nuclei");
  if (!folder) GTEST_SKIP() << "needs nuclei in GALEN_REAL_DATA";
  ImportOptions options;
  options.size = {192, 256};
  const ImportReport report = import(*folder, options);
  EXPECT_EQ(report.samples, 27);
  EXPECT_THAT(report.skipped, IsEmpty());
  EXPECT_THAT(report.warnings, Contains(HasSubstr("transparency is dropped")));
  python_script({"check_cases", *folder, output(), "192", "256"});
}

TEST_F(Masks, ClassesByFolderStandBesideMasks) {
  expect_masks({"classes"});
  const ImportReport report = report_of("classes");
  EXPECT_EQ(report.task, "binary");
  ASSERT_THAT(report.classes, SizeIs(2));
  EXPECT_EQ(report.classes[1].name, "malignant");
}

TEST_F(Masks, WhatIsNoMaskIsRefused) {
  EXPECT_THAT(refusal(made("smooth")), AllOf(HasSubstr("lie between others along borders"), HasSubstr("masks/")));
  EXPECT_THAT(refusal(made("jpeg")), AllOf(HasSubstr("masks/0.jpg"), HasSubstr("compression blurs")));
  EXPECT_THAT(refusal(made("mixed")), AllOf(HasSubstr("masks/1.png"), HasSubstr("save all with the same values")));
  EXPECT_THAT(refusal(made("objects")), HasSubstr("numbers of objects make so many"));
  EXPECT_THAT(refusal(made("joined_classes")), HasSubstr("each marks one object"));
  EXPECT_THAT(refusal(made("two")), AllOf(HasSubstr("images/0.png has several masks"), HasSubstr("--masks PATTERN")));
  EXPECT_THAT(refusal(made("no_images")), AllOf(HasSubstr("masks/0.png"), HasSubstr("--masks none"), HasSubstr("--labels folders")));
}

TEST_F(Masks, WhatDoesNotFitIsNamedAndNeverASample) {
  const ImportReport report = report_of("odd");
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.skipped, testing::UnorderedElementsAre(AllOf(HasSubstr("images/1.png"), HasSubstr("23 x 30"), HasSubstr("24 x 30")),
                                                            HasSubstr("images/2.png: is an image without a mask"),
                                                            HasSubstr("masks/other.png: is a mask, but no image")));
  EXPECT_THAT(report_of("angle").skipped, ElementsAre(HasSubstr("orientation")));
}

TEST_F(Masks, OptionsDecide) {
  ImportOptions options;
  options.medical.masks = "none";
  options.table.target = {"none"};
  const ImportReport report = import(made("folders"), options);
  EXPECT_FALSE(report.masks);
  EXPECT_EQ(report.samples, 3);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("3 masks left out")));

  options = {};
  options.medical.masks = "drawn/.*(p[0-9]+)";
  std::filesystem::create_directories(imported());
  options.file = imported("pattern");
  EXPECT_TRUE(import(made("pattern"), options).masks);
  python_script({"check", made(), imported(), "pattern"});
  options.medical.masks = "nowhere";
  EXPECT_THAT(refusal(made("pattern"), options), HasSubstr("finds no file"));

  options = {};
  options.medical.labels = "folders";
  EXPECT_EQ(import(made("two"), options).task, "multiclass");
}

TEST_F(Masks, FoldersOfPeopleWithMasksAreClasses) {
  const ImportReport report = report_of("faces");
  EXPECT_FALSE(report.masks);
  ASSERT_THAT(report.classes, SizeIs(2));
  EXPECT_EQ(report.classes[0].name, "with_mask");
}

TEST_F(Masks, InspectTellsThem) {
  ImportOptions options;
  options.file = output();
  import(made("empty"), options);
  const Inspection inspection = inspect({.file = options.file});
  EXPECT_EQ(inspection.task, "masks");
  EXPECT_THAT(describe(inspection),
              AllOf(HasSubstr("0 background"), HasSubstr("1 foreground"), HasSubstr("(1 of 3 samples have nothing but 0)")));
  const nlohmann::json masks = to_json(inspection)["masks"];
  EXPECT_EQ(masks["without_foreground"], 1);
  EXPECT_EQ(masks["classes"][0]["samples"], 3);
  EXPECT_EQ(masks["classes"][1]["samples"], 2);
  EXPECT_EQ(masks["classes"][0]["pixels"].get<int>() + masks["classes"][1]["pixels"].get<int>(), 3 * 24 * 30);
  EXPECT_NEAR(masks["classes"][1]["share"], masks["classes"][1]["pixels"].get<double>() / (3 * 24 * 30), 1e-12);
}

}  // namespace
}  // namespace galen::data
