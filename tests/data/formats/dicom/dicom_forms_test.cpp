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
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

/// DICOM files of rarer forms.
class DicomFormsTest : public test::PythonImportTest {
 protected:
  DicomFormsTest() : PythonImportTest("formats/dicom/dicom_forms.py") {}

  /// Files by their names without .dcm, some with several beginnings and endings.
  void import_and_compare(const std::vector<std::string>& names, const std::vector<std::string>& endings = {""},
                          const std::string& how = "compare") const {
    for (const std::string& name : names) {
      for (const std::string& ending : endings) {
        EXPECT_THAT(import_by_name(name + ending + ".dcm").skipped, testing::IsEmpty());
      }
    }
    const std::string list = python_script({how, made(), imported()});
    EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), static_cast<std::ptrdiff_t>(names.size() * endings.size()));
  }
};

TEST_F(DicomFormsTest, ElementsOfThePixelGroupBeforeThePixelsArePassedOver) {
  import_and_compare({"plain", "group_length", "extended_offsets"});
}

TEST_F(DicomFormsTest, FloatingPointPixelsAreImages) {
  import_and_compare({"FloatPixelData", "FloatPixelData_scaled", "DoubleFloatPixelData", "DoubleFloatPixelData_scaled"});
}

TEST_F(DicomFormsTest, BigEndianPixelsAreSwappedAsTheirTypeSays) {
  import_and_compare({"big_endian_frames", "big_endian_colours", "big_endian_even", "big_endian_16", "big_endian_32"},
                     {"_OB", "_OW", "_UN"});
}

TEST_F(DicomFormsTest, BitsOfABigEndianFileAreInTheOrderOfBytes) { import_and_compare({"big_endian_bits"}); }

TEST_F(DicomFormsTest, ElementsOfUndefinedLengthArePassedOver) { import_and_compare({"icon", "icon_unknown", "icon_unknown_explicit"}); }

TEST_F(DicomFormsTest, FragmentsOutsideOfThePixelsArePassedOver) {
  import_and_compare({"fragments_OB", "fragments_OW", "fragments_UN"}, {"", "_nested"}, "plain");
}

TEST_F(DicomFormsTest, ColoursOf16BitsAreRead) {
  import_and_compare({"colours_16"}, {"", "_big_endian", "_planar", "_rle", "_jpeg2000", "_jpegls"});
}

TEST_F(DicomFormsTest, YbrWithoutCompressionBecomesRgb) { import_and_compare({"ybr", "ybr_422", "ybr_422_big_endian"}); }

TEST_F(DicomFormsTest, DeflatedFilesAreRead) { import_and_compare({"deflated"}); }

TEST_F(DicomFormsTest, ACompressedImageThatDiffersFromTheHeaderIsReadAsPydicomDoes) {
  import_and_compare({"jpeg2000_of_fewer_bits", "jpeg2000_without_sign", "jpeg2000_of_bytes", "jp2"});
}

TEST_F(DicomFormsTest, JpegOf12BitsIsRead) { import_and_compare({"jpeg_12"}); }

TEST_F(DicomFormsTest, FramesInSeveralFragmentsAreToldApartByTheirEnds) { import_and_compare({"frames_in_parts"}); }

TEST_F(DicomFormsTest, WhatIsNotReadIsNamedWithItsReason) {
  const ImportReport report = import(made("refused"));
  EXPECT_EQ(report.samples, 1);
  const auto not_damage = Not(HasSubstr("damage"));
  EXPECT_THAT(report.skipped, UnorderedElementsAre(AllOf(HasSubstr("htj2k.dcm"), HasSubstr("HTJ2K"), not_damage),
                                                   AllOf(HasSubstr("without_pixels.dcm"), HasSubstr("40 x 52 pixels, but holds none")),
                                                   AllOf(HasSubstr("twice.dcm"), HasSubstr("holds pixels twice")),
                                                   AllOf(HasSubstr("partial.dcm"), HasSubstr("YBR_PARTIAL_422"), not_damage),
                                                   AllOf(HasSubstr("frames.dcm"), HasSubstr("Number of Frames"), HasSubstr("no number")),
                                                   AllOf(HasSubstr("damaged.dcm"), HasSubstr("is damaged"), Not(HasSubstr("line ")))));
}

TEST_F(DicomFormsTest, AnImageThatIsLeftOutIsAnErrorWhereStrict) {
  ImportOptions options;
  options.strict = true;
  EXPECT_THAT(refusal(made("refused"), options), AllOf(HasSubstr("--strict"), HasSubstr(".dcm")));
}

}  // namespace
}  // namespace galen::data
