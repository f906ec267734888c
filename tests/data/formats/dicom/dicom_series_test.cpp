#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Series of several volumes, and Siemens mosaics.
class DicomSeriesTest : public test::PythonImportTest {
 protected:
  DicomSeriesTest() : PythonImportTest("formats/dicom/dicom_series_files.py") {}

  /// Imports a folder with --series; `firsts`: the value of each volume's first slice.
  ImportReport import_and_compare(const std::string& name, const std::vector<int>& firsts, std::int64_t volume = 0) const {
    SCOPED_TRACE(name);
    ImportReport report = import(made(name), series(volume));
    std::vector<std::string> arguments = {"compare"};
    for (const int first : firsts) arguments.push_back(std::to_string(first));
    arguments.push_back(output());
    python_script(arguments);
    return report;
  }

  static ImportOptions series(std::int64_t volume = 0) {
    ImportOptions options;
    options.medical.series = true;
    options.medical.volume = volume;
    return options;
  }
};

TEST_F(DicomSeriesTest, VolumesOfOneSeriesAreToldApartByWhatDiffers) {
  EXPECT_THAT(import_and_compare("echoes", {100, 0}).warnings,
              ElementsAre(AllOf(HasSubstr("2 volumes"), HasSubstr("distinguished by EchoTime"), HasSubstr("--volume"))));
  EXPECT_THAT(import_and_compare("times", {0, 100}).warnings, ElementsAre(HasSubstr("the order of TriggerTime")));
  EXPECT_THAT(import_and_compare("numbers", {0, 100}).warnings, ElementsAre(HasSubstr("the order of InstanceNumber")));
  EXPECT_THAT(import_and_compare("pairs", {0, 100, 200, 300}).warnings, ElementsAre(HasSubstr("TemporalPositionIndex, EchoTime")));
  EXPECT_THAT(import_and_compare("enhanced", {100, 0}).warnings, ElementsAre(HasSubstr("TemporalPositionIndex")));
}

TEST_F(DicomSeriesTest, VolumesOfOneSeriesAreSamplesOfOnePatient) {
  import_and_compare("pairs", {0, 100, 200, 300});
  const std::string patients = python_script({"patients", output()});
  EXPECT_EQ(patients, "4 samples of 1 patient\n");
}

TEST_F(DicomSeriesTest, OneVolumeOfEachSeriesIsTakenWhereAsked) {
  import_and_compare("echoes", {100}, 1);
  EXPECT_THAT(import_and_compare("echoes", {0}, 2).warnings, ElementsAre(AllOf(HasSubstr("2 volumes"), HasSubstr("number 2 is taken"))));
  EXPECT_THAT(refusal(made("echoes"), series(3)), HasSubstr("has 2 volumes, but --volume 3 is asked for"));
  ImportOptions alone;
  alone.medical.volume = 1;
  alone.written = {"volume"};
  EXPECT_THROW(import(made("echoes"), alone), UsageError);
}

TEST_F(DicomSeriesTest, SlicesThatAreThereTwiceMakeNoVolume) {
  EXPECT_THAT(refusal(made("twice"), series()), HasSubstr("nothing distinguishes them"));
}

TEST_F(DicomSeriesTest, FramesOfOneFileAreAVolumeWhereTheirPlacesAreTold) {
  EXPECT_THAT(import_and_compare("dose", {0}).sample_shape, ElementsAre(1, 4, 6, 5));
  EXPECT_THAT(refusal(made("loop"), series()), HasSubstr("frames have one position for all"));
}

TEST_F(DicomSeriesTest, AMosaicBecomesItsVolume) {
  const ImportReport report = import_and_compare("mosaics", {0, 100});
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 7, 6, 5));
  EXPECT_THAT(report.skipped, IsEmpty());
  import_and_compare("mosaics_downwards", {6, 106});
}

TEST_F(DicomSeriesTest, WithoutSeriesTheTilesOfAMosaicAreSamples) {
  const ImportReport report = import(made("mosaics"));
  EXPECT_THAT(report.sample_shape, ElementsAre(1, 6, 5));
  python_script({"compare", "0", "1", "2", "3", "4", "5", "6", "100", "101", "102", "103", "104", "105", "106", output()});
}

TEST_F(DicomSeriesTest, AMosaicWithoutSiemensElementsIsRefused) {
  for (const bool as_series : {true, false}) {
    ImportOptions options;
    options.medical.series = as_series;
    EXPECT_THAT(refusal(made("mosaics_bare"), options), AllOf(HasSubstr("Siemens mosaic"), HasSubstr("dcm2niix")));
  }
}

}  // namespace
}  // namespace galen::data
