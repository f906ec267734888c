#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/import/import_fixture.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ClassFolders : public test::ImportFixture {
 protected:
  /// A folder of images for each name.
  std::string make(const std::vector<std::string>& names, int images) const {
    const std::string source = folder_ / "images";
    fs::remove_all(source);
    fs::remove(output());
    for (const std::string& name : names) {
      fs::create_directories(fs::path(source) / name);
      for (int i = 0; i < images; ++i) folder_.write(fmt::format("images/{}/{}.bmp", name, i), test::bitmap(i, 4));
    }
    return source;
  }
};

TEST_F(ClassFolders, OfPatientsAreNoClasses) {
  const std::vector<std::pair<std::vector<std::string>, int>> folders = {
      {{"DOE_JOHN", "ROE_JANE", "POE_ANN"}, 3}, {{"patient01", "patient02", "p"}, 12}, {{"4711023", "4711024", "4711025"}, 12}};
  for (const auto& [names, images] : folders) {
    const std::string source = make(names, images);
    EXPECT_THAT(refusal(source), AllOf(HasSubstr("3 folders"), HasSubstr("--labels folders"), HasSubstr("--table"), Not(HasSubstr("DOE"))));
    EXPECT_FALSE(fs::exists(output()));
    ImportOptions options;
    options.medical.labels = "folders";
    EXPECT_EQ(import(source, options).classes.size(), 3);
    options = {};
    options.class_names = {names[0] + "=a", names[1] + "=b", names[2] + "=c"};
    EXPECT_EQ(import(source, options).classes.size(), 3);
    EXPECT_EQ(test::read_file(output()).find(names[0]), std::string::npos);
  }
  EXPECT_THAT(import(make({"benign", "malignant", "normal"}, 10)).warnings, Contains(HasSubstr("folders' names")));
}

TEST_F(ClassFolders, InSeveralSpellingsAreOneClass) {
  const ImportReport report = import(make({"train/Benign", "train/malignant", "test/benign", "test/Malignant"}, 12));
  EXPECT_EQ(report.classes.size(), 2);
  EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("Folders"), HasSubstr("\"benign\", \"Benign\" as \"benign\""))));
}

TEST_F(ClassFolders, MayHoldFoldersOfPatients) {
  const std::string source = make({"ill/p1", "ill/p2", "well/p3", "well/p4"}, 6);
  ImportOptions options;
  options.patient = "folder";
  EXPECT_THAT(import(source, options).warnings, Contains(HasSubstr("24 files of 4 patients")));
  const Dataset dataset({.file = output()});
  EXPECT_THAT(dataset.class_names(), ElementsAre("ill", "well"));
  for (std::int64_t i = 0; i < 24; ++i) {
    EXPECT_EQ(dataset.groups()[i], i / 6);
    EXPECT_EQ(dataset.stored_split()[i], dataset.stored_split()[i / 6 * 6]);
  }
}

TEST_F(ClassFolders, OfOtherLettersBecomeUtf8) {
  import(make({"M\xfcller", "grey"}, 6));
  EXPECT_THAT(imported().class_names(), ElementsAre("Müller", "grey"));
}

}  // namespace
}  // namespace galen::data
