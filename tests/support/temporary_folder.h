#pragma once

#include <filesystem>
#include <string>

namespace galen::test {

/// An empty temporary folder, removed with everything in it at the end of its scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The path of `name` in the folder: `H5File(folder / "data.h5")`.
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  /// Writes `text` as the file `name`, and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// Temporary files of atomic writes that are left in a folder, not below it.
std::size_t count_temporaries(const std::filesystem::path& folder);

/// The bytes of a file. Throws where it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace galen::test
