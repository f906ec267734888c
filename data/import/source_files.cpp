#include "data/import/source_files.h"

#include <algorithm>
#include <filesystem>

namespace galen::data {

namespace fs = std::filesystem;

std::vector<std::string> source_files(const std::string& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<std::string> files;
  auto entry = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied);
  for (; entry != fs::recursive_directory_iterator(); ++entry) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden && entry->is_directory()) entry.disable_recursion_pending();
    if (!hidden && entry->is_regular_file()) files.push_back(entry->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string path_below(const std::string& source, const std::string& file) {
  return fs::is_directory(source) ? fs::path(file).lexically_relative(source).string() : fs::path(file).filename().string();
}

std::string class_folder(const std::string& source, const std::string& file) {
  const fs::path below = path_below(source, file);
  return below.has_parent_path() ? below.begin()->string() : "";
}

}  // namespace galen::data
