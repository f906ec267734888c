#include "data/formats/nifti/nifti.h"
#include "tests/data/import/import_fixture.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace galen::data {
namespace {

/// Files that are refused, by the end of their name, with what is said of them: of several sentences one.
struct Refusal {
  const char* ending;
  const char* sentence;
};

constexpr Refusal kRefusals[] = {
    // NIfTI and its forerunner
    {"/analyze.hdr", "is Analyze 7.5"},         // tells nothing of left and right
    {"/nifti1.hdr", ".img, which is missing"},  // a header alone
    {"/nifti2.hdr", ".img, which is missing"},  // likewise
    {"/row_major.dconn.nii", "is CIFTI-2"},     // a matrix of connections
    // Formats that Galen does not claim to read: surfaces, tracts, MINC, AFNI, Philips, FreeSurfer, ECAT, raw parts of DICOM
    {".gii", "is XML"},
    {".gii", "not recognised"},
    {".gii.gz", "is XML"},
    {".gii.bz2", "not recognised"},
    {".dat", "not recognised"},
    {".trk", "not recognised"},
    {".tck", "not recognised"},
    {"/minc2_1_scale.mnc", "is an HDF5 file"},
    {"/minc2_4d.mnc", "is an HDF5 file"},
    {"/minc2_baddim.mnc", "is an HDF5 file"},
    {"/minc2-no-att.mnc", "is an HDF5 file"},
    {"/minc2-4d-d.mnc", "is an HDF5 file"},
    {"/small.mnc", "is an HDF5 file"},
    {".mnc", "not recognised"},
    {".nc", "not recognised"},
    {".HEAD", "not recognised"},
    {".BRIK", "not recognised"},
    {".BRIK.gz", "not recognised"},
    {".PAR", "not recognised"},
    {".REC", "not recognised"},
    {".mgz", "not recognised"},
    {".v", "not recognised"},
    {".bin", "not recognised"},
    {".bin.gz", "not recognised"},
    {"/ascconv_sample.txt", "not recognised"},
};

class NibabelFiles : public test::ImportFixture {};

TEST_F(NibabelFiles, ComeInAsNibabelReadsThemOrAreRefusedForAReason) {
  if (!test::python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
  std::istringstream list(run_script("formats/nifti/nibabel_files.py", {"list"}));
  std::ptrdiff_t read = 0;
  std::ptrdiff_t all = 0;
  for (std::string file; std::getline(list, file); ++all) {
    SCOPED_TRACE(file);
    ImportOptions options;
    options.file = folder_ / (std::filesystem::path(file).filename().string() + ".h5");
    const std::string said = refusal(file, options);
    const auto is_listed = [&](const Refusal& each) { return file.ends_with(each.ending); };
    const auto says_so = [&](const Refusal& each) { return is_listed(each) && said.find(each.sentence) != std::string::npos; };
    if (std::none_of(std::begin(kRefusals), std::end(kRefusals), is_listed)) {
      EXPECT_EQ(said, "");
      ++read;
    } else {
      EXPECT_TRUE(std::any_of(std::begin(kRefusals), std::end(kRefusals), says_so)) << "said: " << said;
    }
  }
  EXPECT_GE(all, 90);
  const std::string compared = run_script("formats/nifti/nibabel_files.py", {"compare", folder_.path()});
  EXPECT_EQ(std::count(compared.begin(), compared.end(), '\n'), read);
}

}  // namespace
}  // namespace galen::data
