#include "data/hdf5/source_folders.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>

namespace galen::data::hdf5 {

std::vector<std::string> folders_in(const char* variable, const std::string& path) {
  constexpr std::string_view kOrigin = "${ORIGIN}";
  std::vector<std::string> folders;
  const char* value = std::getenv(variable);
  std::istringstream list(value == nullptr ? "" : value);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (folder.starts_with(kOrigin)) folder.replace(0, kOrigin.size(), std::filesystem::absolute(path).parent_path().string());
    if (!folder.empty()) folders.push_back(folder);
  }
  return folders;
}

}  // namespace galen::data::hdf5
