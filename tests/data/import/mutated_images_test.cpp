#include "tests/data/import/import_fixture.h"
#include "tests/data/import/mutated_source.h"

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using test::as_source;

constexpr int kMutations = 500;  // of each format

// Sources of every kind of a format, which a script makes.
class MutatedImages : public test::ImportFixture {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
  }

  /// What lies in the folder under such a name: a source each, which share the mutations.
  void expect_survival_of(const std::string& extension, const ImportOptions& options = {}) const {
    std::vector<fs::path> sources;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().extension() == extension) sources.push_back(entry.path());
    }
    std::sort(sources.begin(), sources.end());
    ASSERT_FALSE(sources.empty());
    const int share = kMutations / static_cast<int>(sources.size()) + 1;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      SCOPED_TRACE(sources[i].filename());
      const test::MutatedSource source(/*first_seed=*/i * static_cast<std::size_t>(share));
      source.add(sources[i]);
      source.expect_survival(options, share);
    }
  }
};

class MutatedImageFolders : public MutatedImages {
 protected:
  void SetUp() override {
    MutatedImages::SetUp();
    if (!IsSkipped()) run_script("formats/images/image_files.py", {folder_.path()});
  }
};

TEST_F(MutatedImageFolders, Png) { expect_survival_of(".png"); }
TEST_F(MutatedImageFolders, Jpeg) { expect_survival_of(".jpg"); }
TEST_F(MutatedImageFolders, Tiff) { expect_survival_of(".tif"); }
TEST_F(MutatedImageFolders, Bmp) { expect_survival_of(".bmp"); }

TEST_F(MutatedImages, MasksOfImages) {
  run_script("formats/images/mask_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "palette");
  source.expect_survival(as_source(), kMutations / 2);
}

TEST_F(MutatedImages, Dicom) {
  run_script("formats/dicom/dicom_files.py", {"make", folder_.path()});
  run_script("formats/dicom/dicom_forms.py", {"make", folder_.path()});
  fs::remove(folder_ / "report.dcm");  // has no image
  expect_survival_of(".dcm");
}

TEST_F(MutatedImages, DicomSeries) {
  run_script("formats/dicom/dicom_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "series");
  ImportOptions options;
  options.medical.series = true;
  source.expect_survival(options, kMutations);
}

TEST_F(MutatedImages, DicomMosaics) {
  run_script("formats/dicom/dicom_series_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "mosaics");
  ImportOptions options;
  options.medical.series = true;
  source.expect_survival(options, kMutations);
}

TEST_F(MutatedImages, Nifti) {
  run_script("formats/nifti/nifti_files.py", {"make", folder_.path()});
  fs::remove(folder_ / "flat.nii");  // is no volume
  expect_survival_of(".nii");
}

TEST_F(MutatedImages, CompressedNifti) {
  run_script("formats/nifti/nifti_files.py", {"make", folder_.path()});
  expect_survival_of(".gz");
}

TEST_F(MutatedImages, NiftiWithLabels) {
  run_script("formats/nifti/nifti_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "labelled");
  source.expect_survival(as_source(), kMutations);
}

}  // namespace
}  // namespace galen::data
