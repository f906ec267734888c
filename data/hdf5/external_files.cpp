#include "data/hdf5/external_files.h"

#include "data/hdf5/reach.h"
#include "data/hdf5/source_folders.h"

#include <algorithm>
#include <filesystem>

namespace galen::data::hdf5 {

namespace {

namespace fs = std::filesystem;

struct ExternalPart {
  fs::path file;
  hsize_t offset = 0;
  hsize_t size = 0;
};

// As the library finds them: beside the folder that it is run in, or in that of the environment.
std::vector<ExternalPart> external_parts(const Handle& properties, const std::string& path, const std::string& where) {
  const std::vector<std::string> folders = folders_in("HDF5_EXTFILE_PREFIX", path);
  std::vector<ExternalPart> parts;
  for (int i = 0; i < H5Pget_external_count(properties.id()); ++i) {
    char name[4096] = "";
    off_t offset = 0;
    hsize_t size = 0;
    check(H5Pget_external(properties.id(), static_cast<unsigned>(i), sizeof name - 1, name, &offset, &size), where,
          "has external files that cannot be read");
    parts.push_back({folders.empty() ? fs::path(name) : fs::path(folders.front()) / name, static_cast<hsize_t>(offset), size});
  }
  return parts;
}

}  // namespace

std::vector<std::string> external_files(hid_t array) {
  const std::string file = file_of(array);
  const Handle properties = own(H5Dget_create_plist(array), file, "has an array without properties");
  std::vector<std::string> files;
  for (const ExternalPart& part : external_parts(properties, file, file)) files.push_back(part.file.string());
  return files;
}

void check_external_files(hid_t array, const std::string& where) {
  const Handle properties = own(H5Dget_create_plist(array), where, "has no properties");
  const Handle space = own(H5Dget_space(array), where, "has no shape");
  const Handle type = own(H5Dget_type(array), where, "has no type");
  const std::vector<ExternalPart> parts = external_parts(properties, file_of(array), where);
  if (parts.empty()) return;
  const Reach reach = reach_of(array);
  auto left = static_cast<hsize_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0)) * H5Tget_size(type.id());
  for (const auto& [place, offset, size] : parts) {
    if (!reach.allows(place)) refuse(where, place.string(), reach);
    const hsize_t wanted = std::min(left, size);
    std::error_code missing;
    const auto bytes = fs::file_size(place, missing);
    if (missing) {
      throw Error("{} lies in the external file {}, which is missing. Bring it back, or set HDF5_EXTFILE_PREFIX to its folder.", where,
                  place.string());
    }
    if (bytes < offset + wanted) {
      throw Error(
          "{} lies in the external file {}, which is too short: {} bytes instead of {}. What is missing would be read as zeros. Copy "
          "it again.",
          where, place.string(), bytes, offset + wanted);
    }
    left -= wanted;
  }
  if (left > 0) throw Error("{}: its external files hold {} bytes less than its shape says. Make it again.", where, left);
}

}  // namespace galen::data::hdf5
