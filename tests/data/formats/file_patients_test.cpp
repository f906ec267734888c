#include "data/formats/file_patients.h"

#include "tests/support/error_text.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Files = std::vector<std::string>;

Files patients(const Files& files, const std::string& option = "auto", std::size_t depth = 0) {
  return patients_of_files(files, depth, option, "source").ids;
}
std::string refusal(const Files& files, const std::string& option = "auto") {
  return test::error_text([&] { patients(files, option); });
}

TEST(FilePatients, AreFoldersWhereTheSameNamesComeInEach) {
  EXPECT_THAT(patients({"p0/T1", "p0/T2", "p1/T1", "p1/T2", "p2/T1"}), ElementsAre("p0", "p0", "p1", "p1", "p2"));
  EXPECT_THAT(patients({"p0/scan/T1", "p1/scan/T1"}), ElementsAre("p0", "p1"));
  EXPECT_THAT(patients({"ill/p0/T1", "ill/p1/T1", "well/p2/T1"}, "auto", 1), ElementsAre("p0", "p1", "p2"));
}

TEST(FilePatients, AreFilesWhereFoldersAreKindsOfImages) {
  EXPECT_THAT(patients({"T1/007", "T1/008", "T1/009", "T2/007", "T2/008", "T2/009"}),
              ElementsAre("007", "008", "009", "007", "008", "009"));
  EXPECT_THAT(patients({"imagesTr/hippocampus_001", "imagesTr/hippocampus_002", "imagesTs/hippocampus_003"}),
              ElementsAre("hippocampus_001", "hippocampus_002", "hippocampus_003"));
}

TEST(FilePatients, AreWhatComesBeforeTheLastWordWhereThatRepeats) {
  EXPECT_THAT(patients({"BraTS_000_flair", "BraTS_000_t1", "BraTS_001_flair", "BraTS_001_t1", "BraTS_002_t1"}),
              ElementsAre("BraTS_000", "BraTS_000", "BraTS_001", "BraTS_001", "BraTS_002"));
  EXPECT_THAT(patients({"la-1-0000", "la-1-0001", "la-2-0000", "la-2-0001", "la-3-0000"}),
              ElementsAre("la-1", "la-1", "la-2", "la-2", "la-3"));
  EXPECT_THAT(patients({"anna_left", "bob_left", "eve_left"}), ElementsAre("anna_left", "bob_left", "eve_left"));
  EXPECT_THAT(patients({"case_0000", "case_0001", "case_0002"}), ElementsAre("case_0000", "case_0001", "case_0002"));
  EXPECT_THAT(patients({"scan"}), ElementsAre("scan"));
}

TEST(FilePatients, AreBidsSubjects) {
  EXPECT_THAT(patients({"sub-01/ses-1/sub-01_ses-1_T1w", "sub-01/ses-2/sub-01_ses-2_T1w", "sub-02/ses-1/sub-02_ses-1_T1w"}),
              ElementsAre("sub-01", "sub-01", "sub-02"));
}

TEST(FilePatients, AreFoldersThatBeginTheNames) {
  EXPECT_THAT(
      patients({"training/patient001/patient001_frame01", "training/patient001/patient001_frame12", "test/patient101/patient101_4d"}),
      ElementsAre("patient001", "patient001", "patient101"));
}

TEST(FilePatients, AreTheSameAtEveryTime) {
  EXPECT_THAT(patients({"BraTS-GLI-00000-000/BraTS-GLI-00000-000-t1c", "BraTS-GLI-00005-000/x/BraTS-GLI-00005-000-t1c",
                        "BraTS-GLI-00005-001/BraTS-GLI-00005-001-t1c"}),
              ElementsAre("BraTS-GLI-00000", "BraTS-GLI-00005", "BraTS-GLI-00005"));
}

TEST(FilePatients, AreFoldersBelowTheOnesThatAllShare) {
  EXPECT_THAT(patients({"data/case_0/imaging", "data/case_1/imaging", "data/case_2/imaging"}), ElementsAre("case_0", "case_1", "case_2"));
}

TEST(FilePatients, AreWhatTheUserSays) {
  const Files files = {"a_x7/T1", "b_x7/T1", "b_x8/T1"};
  EXPECT_THAT(patients(files, "x([0-9])"), ElementsAre("7", "7", "8"));
  EXPECT_THAT(patients(files, "^."), ElementsAre("a", "b", "b"));
  EXPECT_THAT(patients(files, "file"), ElementsAre("a_x7/T1", "b_x7/T1", "b_x8/T1"));
  EXPECT_THAT(patients(files, "folder"), ElementsAre("a_x7", "b_x7", "b_x8"));
  EXPECT_THAT(refusal(files, "x7"), AllOf(HasSubstr("b_x8"), HasSubstr("finds no patient")));
  EXPECT_THAT(refusal(files, "x("), HasSubstr("regular expression"));
  EXPECT_THAT(refusal({"T1"}, "folder"), HasSubstr("no folder"));
}

TEST(FilePatients, ThatCouldBeEitherAreForTheUserToSettle) {
  EXPECT_THAT(refusal({"a/1", "a/2", "b/1", "b/2"}), AllOf(HasSubstr("--patient folder"), HasSubstr("--patient file")));
}

TEST(FilePatients, AreToldWithoutTheirNames) {
  EXPECT_EQ(patients_of_files({"Miller/T1", "Smith/T1", "Smith/T1b"}, 0, "folder", "source").note(),
            "The patient comes from the folder: 3 files of 2 patients; --patient if that is wrong.");
}

}  // namespace
}  // namespace galen::data
