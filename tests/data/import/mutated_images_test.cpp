#include "tests/data/import/mutated_source.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using test::as_source;

constexpr int kMutations = 500;  // of each format

// Sources of every kind of a format, which a script makes.
class MutatedImages : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
  }

  void make(const std::string& script, const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {*test::python(), test::source_folder() / "tests/data/import" / script};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const test::ProgramResult made = test::run_program(command);
    ASSERT_EQ(made.exit_code, 0) << made.errors;
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

  test::TemporaryFolder folder_;
};

class MutatedImageFolders : public MutatedImages {
 protected:
  void SetUp() override {
    MutatedImages::SetUp();
    if (!IsSkipped()) make("image_files.py", {folder_.path()});
  }
};

TEST_F(MutatedImageFolders, Png) { expect_survival_of(".png"); }
TEST_F(MutatedImageFolders, Jpeg) { expect_survival_of(".jpg"); }
TEST_F(MutatedImageFolders, Tiff) { expect_survival_of(".tif"); }
TEST_F(MutatedImageFolders, Bmp) { expect_survival_of(".bmp"); }

TEST_F(MutatedImages, Dicom) {
  make("dicom_files.py", {"make", folder_.path()});
  fs::remove(folder_ / "report.dcm");  // has no image
  expect_survival_of(".dcm");
}

TEST_F(MutatedImages, DicomSeries) {
  make("dicom_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "series");
  ImportOptions options;
  options.medical.series = true;
  source.expect_survival(options, kMutations);
}

TEST_F(MutatedImages, Nifti) {
  make("nifti_files.py", {"make", folder_.path()});
  fs::remove(folder_ / "flat.nii");  // is no volume
  expect_survival_of(".nii");
}

TEST_F(MutatedImages, CompressedNifti) {
  make("nifti_files.py", {"make", folder_.path()});
  expect_survival_of(".gz");
}

TEST_F(MutatedImages, NiftiWithLabels) {
  make("nifti_files.py", {"make", folder_.path()});
  const test::MutatedSource source;
  source.add(folder_ / "labelled");
  source.expect_survival(as_source(), kMutations);
}

}  // namespace
}  // namespace galen::data
