#include "launch/file_fault.h"

#include "data/reading/mapped_file.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace galen::launch {
namespace {

TEST(FileFault, OfAFileThatShrinksIsASentenceWithItsName) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "shrinking data.h5";
  std::ofstream(path) << std::string(100000, 'x');
  EXPECT_EXIT(
      {
        explain_file_faults();
        const data::MappedFile file(path);
        std::filesystem::resize_file(path, 10);
        volatile std::byte read = file.bytes(90000, 1)[0];
        static_cast<void>(read);
      },
      testing::ExitedWithCode(1), "^galen: .*shrinking data.h5: the file became shorter");
}

}  // namespace
}  // namespace galen::launch
