#include "tests/data/import/python_test.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

struct DicomRefusal {
  const char* sentence;  ///< a part of it
  const char* reason;    ///< why it is right, or what is not read
};

// Images of pydicom's wheel that are not imported. The list may only become shorter.
const std::map<std::string, DicomRefusal> kRefusedDicoms = {
    {"test_files/JPEG2000-embedded-sequence-delimiter.dcm", {"the compressed image", "its codestream is damaged; pydicom fails, too"}},
    {"test_files/MR_truncated.dcm", {"the file is cut off", "it is; pydicom fails, too"}},
    {"test_files/badVR.dcm", {"Number of Frames", "it is 1A; pydicom fails, too"}},
    {"test_files/meta_missing_tsyntax.dcm", {"0 rows", "it has no pixels' form; pydicom fails, too"}},
    {"test_files/nested_priv_SQ.dcm", {"0 rows", "it has no pixels' form; pydicom fails, too"}},
};

/// Each file that the wheel of pydicom ships with its tests.
class PydicomFilesTest : public test::ImportFixture {
 protected:
  void SetUp() override {
    if (!test::python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
    std::istringstream lines(run_script("formats/dicom/pydicom_files.py", {"list"}));
    std::getline(lines, root_);
    for (std::string kind, file; lines >> kind && std::getline(lines >> std::ws, file);) {
      (kind == "image" ? images_ : others_).push_back(file);
    }
    ASSERT_GT(images_.size(), 80U);
  }

  std::string source(const std::string& file) const { return fs::path(root_) / file; }

  ImportOptions into(const std::string& file) const {
    ImportOptions options;
    options.format = "dicom";
    options.file = folder_ / "imported" / (file + ".h5");
    fs::create_directories(fs::path(options.file).parent_path());
    return options;
  }

  std::string root_;
  std::vector<std::string> images_;
  std::vector<std::string> others_;  ///< directories, reports, plans …
};

TEST_F(PydicomFilesTest, EachImageIsWhatPydicomReadsOrItsRefusalIsKnown) {
  std::size_t imported = 0;
  for (const std::string& file : images_) {
    const std::string sentence = refusal(source(file), into(file));
    const auto known = kRefusedDicoms.find(file);
    if (known == kRefusedDicoms.end()) {
      EXPECT_EQ(sentence, "") << file;
      imported += sentence.empty() ? 1 : 0;
    } else {
      EXPECT_NE(sentence.find(known->second.sentence), std::string::npos)
          << file << ": " << (sentence.empty() ? "is imported: remove it from the list." : sentence);
    }
  }
  for (const auto& [file, refusal] : kRefusedDicoms) EXPECT_EQ(std::count(images_.begin(), images_.end(), file), 1) << file;
  const std::string list = run_script("formats/dicom/pydicom_files.py", {"compare", folder_ / "imported"});
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), static_cast<std::ptrdiff_t>(imported)) << list;
}

TEST_F(PydicomFilesTest, WhatIsNoImageIsNone) {
  for (const std::string& file : others_) EXPECT_NE(refusal(source(file), into(file)), "") << file;
}

}  // namespace
}  // namespace galen::data
