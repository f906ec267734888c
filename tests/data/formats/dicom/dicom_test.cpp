#include "data/formats/dicom/dicom.h"

#include "data/files/dataset.h"
#include "data/inspection/inspect.h"
#include "tests/data/import/python_test.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class DicomTest : public test::PythonImportTest {
 protected:
  DicomTest() : PythonImportTest("formats/dicom/dicom_files.py") {}

  /// Files by their names without .dcm.
  void import_and_compare(const std::vector<std::string>& names) const {
    for (const std::string& name : names) EXPECT_EQ(import_by_name(name + ".dcm").format, "dicom");
    const std::string list = python_script({"compare", made(), imported()});
    EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), static_cast<std::ptrdiff_t>(names.size()));
  }

  at::ScalarType stored_type() const { return Dataset({.file = output()}).input_type(); }

  /// Copies files of the series into a folder of their own.
  std::string copy_of_series(const std::vector<std::string>& names) const {
    const fs::path copy = folder_ / "copy";
    fs::remove_all(copy);
    fs::create_directory(copy);
    for (const std::string& name : names) fs::copy(made("series/" + name + ".dcm"), copy / (name + ".dcm"));
    return copy;
  }
};

ImportOptions series() {
  ImportOptions options;
  options.medical.series = true;
  return options;
}

TEST_F(DicomTest, EveryKindOfPixelIsWhatPydicomReads) {
  import_and_compare(
      {"grey", "deep", "signed", "colours", "frames", "implicit", "big_endian", "ct", "pet", "inverted", "palette", "no_preamble"});
}

TEST_F(DicomTest, EveryCompressionIsWhatPydicomUnpacks) {
  std::vector<std::string> names = {"jpeg_grey", "jpeg_ybr_422", "jpeg_said_to_be_rgb"};
  for (const std::string kind : {"grey", "deep", "signed", "colours", "frames"}) {
    for (const char* ending : {"_rle", "_jpeg2000", "_jpegls"}) names.push_back(kind + ending);
  }
  import_and_compare(names);
}

TEST_F(DicomTest, AModalityLutMapsAsPydicomDoes) {
  import_and_compare(
      {"lut", "lut_whole", "lut_signed", "lut_8", "lut_8_packed", "lut_8_packed_big_endian", "lut_inverted", "lut_implicit", "lut_rle"});
}

TEST_F(DicomTest, ADamagedModalityLutIsToldAndItsFileSkipped) {
  const ImportReport report = import(made("damaged_luts"));
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.skipped, UnorderedElementsAre(AllOf(HasSubstr("0_bits.dcm"), HasSubstr("have 0 bits")),
                                                   AllOf(HasSubstr("17_bits.dcm"), HasSubstr("have 17 bits")),
                                                   AllOf(HasSubstr("short.dcm"), HasSubstr("100 entries of 16 bits, but 198 bytes")),
                                                   AllOf(HasSubstr("packed_16.dcm"), HasSubstr("100 entries of 16 bits, but 100 bytes")),
                                                   AllOf(HasSubstr("undescribed.dcm"), HasSubstr("lacks its descriptor"))));
}

TEST_F(DicomTest, OnlyRescaledCtIsSaidToBeInHounsfieldUnits) {
  import(made("ct.dcm"));
  EXPECT_EQ(inspect({.file = output()}).provenance.at("units"), "HU");
  import(made("lut.dcm"));
  EXPECT_EQ(inspect({.file = output()}).provenance.count("units"), 0);
}

TEST_F(DicomTest, RealFilesAreWhatPydicomReads) {
  const auto folder = test::real_data("dicom");
  if (!folder) GTEST_SKIP() << "needs dicom/ in GALEN_REAL_DATA";
  const std::vector<std::string> names = {"CT_small", "MR_small", "JPEG2000", "SC_rgb_jpeg_dcmd"};
  for (const std::string& name : names) fs::copy(*folder / (name + ".dcm"), made());
  import_and_compare(names);
}

TEST_F(DicomTest, AFolderOfRealFilesComesInWithOneCommand) {
  const auto folder = test::real_data("dicom");
  if (!folder) GTEST_SKIP() << "needs dicom/ in GALEN_REAL_DATA";
  EXPECT_THAT(refusal(*folder), AllOf(HasSubstr("128 x 128"), HasSubstr("1024 x 256"), HasSubstr("--size")));
  ImportOptions options;
  options.size = {64, 64};
  EXPECT_THAT(refusal(*folder, options), HasSubstr("--channels"));
  options.medical.channels = 1;
  options.table.target = {"Modality"};
  const ImportReport report = import(*folder, options);
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 64, 64));
  EXPECT_THAT(Dataset({.file = output()}).class_names(), ElementsAre("CT", "MR", "NM", "OT"));
}

TEST_F(DicomTest, TheSmallestTypeThatHoldsAllValuesIsStored) {
  const std::vector<std::pair<const char*, at::ScalarType>> types = {
      {"grey", at::kByte}, {"deep", at::kInt}, {"signed", at::kShort}, {"ct", at::kShort},
      {"pet", at::kFloat}, {"lut", at::kInt},  {"lut_8", at::kByte},   {"lut_inverted", at::kByte},
  };
  for (const auto& [name, type] : types) {
    import(made(name) + ".dcm");
    EXPECT_EQ(stored_type(), type) << name;
  }
}

TEST_F(DicomTest, ASeriesBecomesAVolumeInOrderOfPosition) {
  const ImportReport report = import(made("series"), series());
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 12, 6, 5));
  python_script({"volume", made("series"), output()});
}

TEST_F(DicomTest, ASeriesWithAHoleOrTwoSlicesAtOnePlaceIsNoVolume) {
  EXPECT_THAT(refusal(copy_of_series({"01", "05", "02", "06"}), series()), HasSubstr("slices are missing"));
  const std::string folder = copy_of_series({"01", "05", "08"});
  fs::copy(folder + "/05.dcm", folder + "/again.dcm");
  EXPECT_THAT(refusal(folder, series()), HasSubstr("2 slices lie at 5.0 mm, but 1 at 2.5 mm"));
}

TEST_F(DicomTest, FilesWithoutImageAndBadFilesAreToldNotFatal) {
  const std::string folder = copy_of_series({"01", "05"});
  fs::copy(made("report.dcm"), folder + "/report.dcm");
  std::ofstream(folder + "/notes.txt") << "nothing of DICOM";
  fs::copy(folder + "/01.dcm", folder + "/cut.dcm");
  fs::resize_file(folder + "/cut.dcm", fs::file_size(folder + "/cut.dcm") - 10);
  const ImportReport report = import(folder);
  EXPECT_EQ(report.samples, 2);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("2 files without a DICOM image")));
  EXPECT_THAT(report.skipped, ElementsAre(AllOf(HasSubstr("cut.dcm"), HasSubstr("cut off"))));
}

TEST_F(DicomTest, FoldersNameClassesWhereAsked) {
  fs::create_directories(folder_ / "by_class/ill");
  fs::create_directories(folder_ / "by_class/well");
  fs::copy(made("grey.dcm"), folder_ / "by_class/ill/1.dcm");
  fs::copy(made("grey_rle.dcm"), folder_ / "by_class/well/2.dcm");
  ImportOptions options;
  options.medical.labels = "folders";
  EXPECT_EQ(import(folder_ / "by_class", options).task, "binary");
  EXPECT_THAT(Dataset({.file = output()}).class_names(), ElementsAre("ill", "well"));
  options.medical.labels = "none";
  options.table.target = {"PatientName"};
  EXPECT_THROW(import(folder_ / "by_class", options), UsageError);
}

}  // namespace
}  // namespace galen::data
