#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Pictures of every kind, each imported alone: a picture is a source of one sample.
class ImageKinds : public test::PythonImportTest {
 protected:
  ImageKinds() : PythonImportTest("formats/images/image_kinds.py") {}

  std::vector<std::string> notes_of(const std::string& name) const { return import_by_name("read/" + name).warnings; }
};

TEST_F(ImageKinds, EveryPictureIsUprightAndAsPillowReadsIt) {
  for (const auto& entry : fs::directory_iterator(made("read"))) {
    const ImportReport report = import_by_name("read/" + entry.path().filename().string());
    EXPECT_EQ(report.format, "images") << entry.path();
    EXPECT_EQ(report.samples, 1);
    EXPECT_EQ(report.task, "");
  }
  python_script({"check", made(), imported()});
}

TEST_F(ImageKinds, WhatCannotBeToldRightIsRefusedWithItsReason) {
  const std::map<std::string, std::string> reasons = {{"animation.png", "an animation of 2 images"},
                                                      {"bits16.bmp", "16 bits a pixel"},
                                                      {"cmyk.jpg", "CMYK"},
                                                      {"cmyk.tif", "a CMYK image"},
                                                      {"imagej.tif", "a page for the first alone"},
                                                      {"lab.tif", "a LAB image"},
                                                      {"large_f8.tif", "32-bit floating point cannot hold"},
                                                      {"large_i4.tif", "holds 16777217, which 32-bit floating point cannot hold"},
                                                      {"order.bmp", "colours lie in an unusual order"},
                                                      {"os2.bmp", "the header of OS/2"},
                                                      {"pages_differ.tif", "pages differ in size or kind"},
                                                      {"pages_turned.tif", "pages differ in size or kind"},
                                                      {"rle.bmp", "compressed, or 8 bits a pixel"},
                                                      {"truncated.tif", "a page for the first alone"},
                                                      {"two_channels.tif", "neither a colour nor transparency"},
                                                      {"volume.tif", "holds 16 planes in one page"}};
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(made("refused"))) {
    const std::string name = entry.path().filename();
    ASSERT_TRUE(reasons.contains(name)) << name;
    EXPECT_THAT(refusal(entry.path()), AllOf(HasSubstr(name), HasSubstr(reasons.at(name)), Not(HasSubstr("damaged"))));
    ++files;
  }
  EXPECT_EQ(files, reasons.size());
}

TEST_F(ImageKinds, WhatIsChangedIsTold) {
  EXPECT_THAT(notes_of("transparent_palette.png"), Contains(HasSubstr("transparency is dropped")));
  EXPECT_THAT(notes_of("associated.tif"), Contains(HasSubstr("transparency is dropped")));
  EXPECT_THAT(notes_of("pages.tif"), Contains(HasSubstr("The 3 pages of a TIFF file are one volume.")));
  EXPECT_THAT(notes_of("rgb_6.png"), IsEmpty());
}

TEST_F(ImageKinds, OptionsOfImagesAreForASinglePictureToo) {
  ImportOptions options;
  options.size = {10, 12};
  options.images.grey = true;
  EXPECT_THAT(import(made("read/rgb_6.png"), options).sample_shape, testing::ElementsAre(1, 10, 12));
}

}  // namespace
}  // namespace galen::data
