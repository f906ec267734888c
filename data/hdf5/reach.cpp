#include "data/hdf5/reach.h"

#include "data/hdf5/external_files.h"
#include "data/hdf5/file_driver.h"
#include "data/hdf5/virtual_sources.h"

#include <algorithm>
#include <system_error>

namespace galen::data::hdf5 {

namespace {

namespace fs = std::filesystem;

fs::path resolved(const fs::path& path) {
  std::error_code failed;
  fs::path found = fs::weakly_canonical(fs::absolute(path, failed), failed);
  return failed ? fs::path() : found;
}

}  // namespace

bool Reach::allows(const fs::path& file) const {
  if (external == External::kAllow) return true;
  const fs::path place = resolved(file);
  const auto [left, rest] = std::mismatch(home.begin(), home.end(), place.begin(), place.end());
  return !home.empty() && left == home.end() && rest != place.end();
}

Reach reach_from(const std::string& path, External external) { return {resolved(path).parent_path(), external}; }

Reach reach_of(hid_t object) {
  const Handle file(H5Iget_file_id(object));
  if (const Reach* reach = reach_of_file(file.id())) return *reach;
  return reach_from(file_of(object), External::kRefuse);
}

Handle open_array(hid_t file, const std::string& name, hid_t access, const std::string& where) {
  take_refused();
  Handle array(H5Dopen2(file, name.c_str(), access));
  if (const std::string other = take_refused(); !other.empty()) refuse(where, other, reach_of(file));
  return array;
}

void refuse(const std::string& where, const std::string& file, const Reach& reach) {
  throw Error(
      "{} lies in another file, {}, outside the folder {}. A data set from elsewhere could name any file of this machine, so it is not "
      "read. Where you know why it is named, allow it: data.external = allow (galen import: --external allow).",
      where, file, reach.home.string());
}

std::vector<std::string> other_files(hid_t array, const std::string& path) {
  std::vector<std::string> files;
  if (std::string actual = file_of(array); actual != path) files.push_back(std::move(actual));
  for (std::string& file : external_files(array)) files.push_back(std::move(file));
  for (std::string& file : virtual_files(array, files.empty() ? path : files.front())) files.push_back(std::move(file));
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace galen::data::hdf5
