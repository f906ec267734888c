#include "data/files/file_list.h"

#include "galen/error.h"
#include "galen/missing_file.h"

#include <glob.h>

#include <filesystem>
#include <sstream>

namespace galen::data {

namespace {

bool is_pattern(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (files.empty()) throw MissingFile("{}: no file matches this pattern. Check the path.", pattern);
  return files;
}

}  // namespace

std::vector<std::string> file_list(const std::string& names) {
  if (std::filesystem::exists(names)) return {names};
  std::vector<std::string> files;
  std::istringstream list(names);
  for (std::string name; std::getline(list, name, ',');) {
    if (name.empty()) continue;
    if (!is_pattern(name) || std::filesystem::exists(name)) {
      files.push_back(name);
      continue;
    }
    const std::vector<std::string> more = matches(name);
    files.insert(files.end(), more.begin(), more.end());
  }
  if (files.empty()) throw UsageError("No data file is named. Set data.file.");
  return files;
}

}  // namespace galen::data
