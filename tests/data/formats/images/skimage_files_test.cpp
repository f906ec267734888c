#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Every file that the wheel of scikit-image ships and that is no code.
class SkimageFiles : public test::PythonImportTest {
 protected:
  SkimageFiles() : PythonImportTest("formats/images/skimage_files.py") {}
};

// What is not read, by the end of its name, with the sentence that says why. One that comes in fails the test: take it off the list.
const std::map<std::string, std::string> kRefused = {{".gif", "its format is not recognised"},  // GIF is no format of medical images
                                                     {".npy", "its format is not recognised"},  // one array without labels; NPZ holds both
                                                     {"motorcycle_disp.npz", "images"},         // a disparity map, no data set
                                                     {"lbpcascade_frontalface_opencv.xml", "is XML or HTML"}};  // a trained detector

std::string reason_to_refuse(const std::string& name) {
  for (const auto& [ending, sentence] : kRefused) {
    if (name.ends_with(ending)) return sentence;
  }
  return "";
}

TEST_F(SkimageFiles, EachComesInAsPillowReadsItOrIsRefusedWithItsReason) {
  std::vector<std::string> arguments = {"check", made(), imported()};
  std::size_t refused = 0;
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(made())) names.insert(entry.path().filename());
  for (const std::string& name : names) {
    if (const std::string reason = reason_to_refuse(name); !reason.empty()) {
      EXPECT_THAT(refusal(made(name)), HasSubstr(reason)) << name;
      ++refused;
      continue;
    }
    const ImportReport report = import_by_name(name);
    EXPECT_EQ(report.samples, 1) << name;
    arguments.push_back(name);
  }
  EXPECT_GE(names.size() - refused, 25);
  python_script(arguments);
}

}  // namespace
}  // namespace galen::data
