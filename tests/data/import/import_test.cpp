#include "data/import/import.h"

#include "data/files/dataset.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ImportTest : public testing::Test {
 protected:
  ImportOptions options_for(const std::string& source) {
    ImportOptions options;
    options.source = source;
    options.file = folder_ / "imported.h5";
    return options;
  }

  static std::string refusal(const ImportOptions& options) {
    return test::error_text([&] { import_source(options); });
  }

  std::string table(int rows = 20) {
    std::string text = "x,label\n";
    for (int i = 0; i < rows; ++i) text += fmt::format("{},{}\n", i, i % 2);
    return folder_.write("table.csv", text);
  }

  test::TemporaryFolder folder_;
};

TEST_F(ImportTest, AnUnknownFormatListsTheKnownOnes) {
  for (const std::string source : {folder_.write("a.bin", std::string("\x01\x02\x00\x03", 4)), folder_.path(), folder_.write("empty", ""),
                                   folder_.write("b.txt", "just text\n")}) {
    EXPECT_THAT(refusal(options_for(source)), AllOf(HasSubstr(source), HasSubstr("npz ("), HasSubstr("idx ("), HasSubstr("csv (")));
  }
  EXPECT_THAT(refusal(options_for(folder_ / "absent.npz")), AllOf(HasSubstr("absent.npz"), HasSubstr("does not exist")));
  EXPECT_THAT(refusal(options_for(folder_.write("c.h5", "\x89HDF\r\n"))), HasSubstr("needs no import"));
}

TEST_F(ImportTest, FormatsAreRecognisedByContentNotByName) {
  std::filesystem::rename(table(), folder_ / "table.npz");
  EXPECT_EQ(import_source(options_for(folder_ / "table.npz")).format, "csv");
}

TEST_F(ImportTest, AnExistingFileIsKeptUnlessToldOtherwise) {
  const std::string source = table();
  ImportOptions options = options_for(source);
  folder_.write("imported.h5", "precious");
  EXPECT_THROW(import_source(options), UsageError);
  EXPECT_EQ(test::read_file(options.file), "precious");
  options.overwrite = true;
  import_source(options);
  EXPECT_NE(test::read_file(options.file), "precious");
}

TEST_F(ImportTest, ASourceIsNeverReplaced) {
  const std::string source = table();
  ImportOptions options = options_for(source);
  options.overwrite = true;
  import_source(options);
  const std::string earlier = options.file;
  std::filesystem::create_symlink(source, folder_ / "link.csv");
  for (const std::string& file : {source, std::string(folder_ / "link.csv")}) {
    options.file = file;
    EXPECT_THROW(import_source(options), UsageError);
  }
  options.table.like = options.file = earlier;
  EXPECT_THROW(import_source(options), UsageError);
  EXPECT_EQ(test::read_file(source).substr(0, 8), "x,label\n");
}

TEST_F(ImportTest, WrongOptionsAreUsageErrors) {
  ImportOptions options = options_for(table());
  options.format = "docx";
  EXPECT_THROW(import_source(options), UsageError);
  options.format = "auto";
  options.task = "ranking";
  EXPECT_THROW(import_source(options), UsageError);
  options.task = "auto";
  options.split.source = SplitSource::kStored;
  EXPECT_THROW(import_source(options), UsageError);
  options.split.source = SplitSource::kAuto;
  options.class_names = {"one"};
  EXPECT_THROW(import_source(options), UsageError);
  EXPECT_FALSE(std::filesystem::exists(options.file));
}

TEST_F(ImportTest, ClassNamesReplaceNumbers) {
  ImportOptions options = options_for(table());
  options.class_names = {"healthy", "ill"};
  const ImportReport report = import_source(options);
  EXPECT_EQ(report.classes[1].name, "ill");
  const Dataset dataset({.file = options.file, .input = "", .target = "/samples/label", .layout = "auto"});
  EXPECT_THAT(dataset.class_names(), ElementsAre("healthy", "ill"));
}

TEST_F(ImportTest, TheSameSeedGivesTheSameFile) {
  ImportOptions options = options_for(table());
  import_source(options);
  const std::string first = test::read_file(options.file);
  options.overwrite = true;
  import_source(options);
  EXPECT_EQ(test::read_file(options.file), first);
  options.split.seed = 1;
  import_source(options);
  EXPECT_NE(test::read_file(options.file), first);
}

TEST_F(ImportTest, TheReportTellsSplitClassesAndNotes) {
  const std::string source = folder_.write("t.csv", "patient,x,label\na,1,yes\na,2,no\nb,3,yes\nb,4,no\nc,1,yes\nc,1,no\n");
  const std::string text = describe(import_source(options_for(source)));
  EXPECT_THAT(text, AllOf(HasSubstr("6 samples of 1, binary"), HasSubstr("drawn 0.7/0.1/0.2 with seed 0, whole patients"), HasSubstr("yes"),
                          HasSubstr("Column patient identifies the patient")));
}

}  // namespace
}  // namespace galen::data
