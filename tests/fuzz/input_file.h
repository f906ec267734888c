#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace galen::test {

/// The input as a file, for parsers that read one; the same file again and again.
class InputFile {
 public:
  explicit InputFile(const std::string& name) : path_(folder_ / name) {}

  const std::string& write(std::string_view bytes) const {
    std::filesystem::remove(path_);  // file systems bring a file that is cut and written again to the disk at once
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  std::string folder() const { return folder_.path(); }
  std::string beside(const std::string& name, const std::string& bytes) const { return folder_.write(name, bytes); }

 private:
  TemporaryFolder folder_;
  std::string path_;
};

}  // namespace galen::test
