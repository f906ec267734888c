#include "data/hdf5/file_driver.h"
#include "data/hdf5/library.h"
#include "data/hdf5/lzf.h"
#include "data/hdf5/reach.h"
#include "galen/missing_file.h"
#include "galen/regular_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace galen::data::hdf5 {

namespace {

// Chunks of several samples are read again and again in a random order; the library's own 1 MiB may not hold even one of them.
constexpr std::size_t kChunkCacheBytes = std::size_t{32} << 20;
constexpr std::size_t kChunkCacheSlots = 12421;

std::string absolute(const std::string& name) { return name.starts_with('/') ? name : "/" + name; }

// Says in plain words what is wrong before the library is asked.
void check_readable(const std::string& path) {
  if (!std::filesystem::exists(path)) throw MissingFile("{}: there is no such file. Check the path.", path);
  if (std::filesystem::is_directory(path)) throw Error("{}: this is a folder, not an HDF5 file.", path);
  expect_regular_file(path);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw Error("{}: the file cannot be read: {}. Check its permissions.", path, std::strerror(errno));
  ::close(descriptor);
  if (H5Fis_hdf5(path.c_str()) <= 0) {
    throw Error("{}: this is not an HDF5 file, or its beginning is missing. Other formats are converted by 'galen import'.", path);
  }
}

// `access` outlives the failure: its release would clear the library's reason.
Handle open_file(const std::string& path, unsigned mode, const Handle& access) {
  const hid_t file = H5Fopen(path.c_str(), mode, access.id());
  if (file < 0) throw Error("{}: the file cannot be opened: {}. It may be damaged or incomplete: copy or import it again.", path, reason());
  return Handle(file);
}

// Without times, so that the same content gives the same bytes.
void make_groups_above(hid_t file, const std::string& path) {
  const Handle properties(H5Pcreate(H5P_GROUP_CREATE));
  H5Pset_obj_track_times(properties.id(), false);
  for (std::size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    const std::string group = path.substr(0, end);
    if (H5Lexists(file, group.c_str(), H5P_DEFAULT) <= 0) {
      own(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), group, "cannot be made");
    }
  }
}

// A chunk whose filter is missing could not be read; the library would say so at the first read only, and of its folder for plugins.
void check_filters(hid_t array, const std::string& where) {
  const Handle properties = own(H5Dget_create_plist(array), where, "has no properties");
  for (int i = 0; i < H5Pget_nfilters(properties.id()); ++i) {
    char name[64] = "";
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(properties.id(), static_cast<unsigned>(i), nullptr, &values, nullptr, sizeof name, name, nullptr);
    if (filter >= 0 && H5Zfilter_avail(filter) > 0) continue;
    throw Error(
        "{} is stored through the filter {} ({}), which the HDF5 library here does not have. Rewrite the file (h5repack -f GZIP=1, or h5py "
        "with compression='gzip'), or set HDF5_PLUGIN_PATH to a folder with the filter.",
        where, filter, name[0] == '\0' ? "unnamed" : name);
  }
}

// The library copies a compact array out of its header without a look at how long that is.
void check_compact(hid_t array, const std::string& where) {
  const Handle properties = own(H5Dget_create_plist(array), where, "has no properties");
  if (H5Pget_layout(properties.id()) != H5D_COMPACT) return;
  const Handle space = own(H5Dget_space(array), where, "has no shape");
  const Handle type = own(H5Dget_type(array), where, "has no type");
  const auto elements = static_cast<hsize_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0));
  const hsize_t stored = H5Dget_storage_size(array);
  if (elements > stored / std::max<std::size_t>(H5Tget_size(type.id()), 1)) {
    throw Error("{} holds {} bytes, which is less than its shape says. The file is damaged: copy or import it again.", where, stored);
  }
}

// What the first soft or external link on the way to `path` names, where nothing is there; empty: no such link.
std::string dangling_target(hid_t file, const std::string& path) {
  const RefusalsForgotten refusals;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string prefix = path.substr(0, end);
    H5L_info_t link;
    if (H5Lget_info(file, prefix.c_str(), &link, H5P_DEFAULT) < 0) return {};
    const bool names_another = link.type == H5L_TYPE_SOFT || link.type == H5L_TYPE_EXTERNAL;
    if (names_another && Handle(H5Oopen(file, prefix.c_str(), H5P_DEFAULT)).id() < 0) {
      std::vector<char> value(link.u.val_size + 1, '\0');
      if (H5Lget_val(file, prefix.c_str(), value.data(), link.u.val_size, H5P_DEFAULT) < 0) return {};
      if (link.type == H5L_TYPE_SOFT) return value.data();
      const char* other = nullptr;
      const char* object = nullptr;
      if (H5Lunpack_elink_val(value.data(), link.u.val_size, nullptr, &other, &object) < 0) return {};
      return fmt::format("{} in the file {}", object, other);
    }
    if (end == std::string::npos) return {};
  }
}

}  // namespace

Handle open_to_read(const std::string& path, const Reach& reach) {
  check_readable(path);
  register_lzf();
  take_refused();
  return open_file(path, H5F_ACC_RDONLY, file_access(reading_access(reach), /*locks=*/true));
}

File open_within(const std::string& path, const Reach& reach) {
  const Lock lock;
  return File(open_to_read(path, reach), path, reach.external);
}

File::File(Handle handle, const std::string& path, External external) : Object(std::move(handle), path, "/"), external_(external) {}

File File::open(const std::string& path, External external) { return open_within(path, reach_from(path, external)); }

File File::modify(const std::string& path) {
  const Lock lock;
  check_readable(path);
  register_lzf();
  return File(open_file(path, H5F_ACC_RDWR, writing_access()), path);
}

File File::create(const std::string& path) {
  const Lock lock;
  const Handle properties(H5Pcreate(H5P_FILE_CREATE));
  H5Pset_obj_track_times(properties.id(), false);
  const Handle access = writing_access();
  return File(own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, properties.id(), access.id()), path, "cannot be made"), path);
}

bool File::has(const std::string& name) const {
  const Lock lock;
  const std::string path = absolute(name);
  const RefusalsForgotten refusals;
  // The library wants every group on the way to exist.
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string prefix = path.substr(0, end);
    if (prefix.size() < 2 || H5Lexists(id(), prefix.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) break;
    if (H5Oexists_by_name(id(), prefix.c_str(), H5P_DEFAULT) <= 0) return true;  // as below
  }
  const Handle object(H5Oopen(id(), path.c_str(), H5P_DEFAULT));
  // What is damaged, or a link to what is missing, is not absent: opening it tells.
  return object.id() < 0 || H5Iget_type(object.id()) == H5I_DATASET;
}

Array File::array(const std::string& name) const {
  const Lock lock;
  const std::string path = absolute(name);
  if (!has(path)) throw Error("{}: dataset {} is missing. The file holds: {}.", where(), path, fmt::join(arrays(), ", "));
  const std::string place = fmt::format("{}: dataset {}", where(), path);
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.id(), kChunkCacheSlots, kChunkCacheBytes, 1.0);
  Handle array = open_array(id(), path, access.id(), place);
  if (array.id() < 0) {
    const std::string target = dangling_target(id(), path);
    if (!target.empty()) throw Error("{} is a link to {}, which is missing. Bring it back, or remove the link.", place, target);
    throw Error("{} cannot be opened: {}. It may be damaged, or written in a format newer than HDF5 {}.", place, reason(),
                library_version());
  }
  check_filters(array.id(), place);
  check_compact(array.id(), place);
  return Array(std::move(array), file(), path);
}

std::vector<std::string> File::arrays() const {
  const Lock lock;
  std::vector<std::string> links;
  const auto collect = [](hid_t, const char* link, const H5L_info_t*, void* into) -> herr_t {
    static_cast<std::vector<std::string>*>(into)->push_back(absolute(link));
    return 0;
  };
  check(H5Lvisit(id(), H5_INDEX_NAME, H5_ITER_INC, collect, &links), where(), "cannot be listed");
  std::erase_if(links, [this](const std::string& link) { return !has(link); });
  return links;
}

Array File::create_array(const std::string& name, Native type, const std::vector<std::int64_t>& shape, std::int64_t chunk_rows,
                         int gzip_level) {
  const Lock lock;
  const std::string path = absolute(name);
  const std::vector<hsize_t> extents = to_extents(shape);
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
  const Handle properties = creation_properties();
  if (chunk_rows > 0) {
    std::vector<hsize_t> chunk = extents;
    chunk.front() = static_cast<hsize_t>(chunk_rows);
    H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data());
    if (gzip_level > 0 && H5Tget_size(stored_type(type)) > 1) H5Pset_shuffle(properties.id());
    if (gzip_level > 0) H5Pset_deflate(properties.id(), static_cast<unsigned>(gzip_level));
  }
  const std::string place = where() + ": dataset " + path;
  make_groups_above(id(), path);
  return Array(own(H5Dcreate2(id(), path.c_str(), stored_type(type), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), place,
                   "cannot be made"),
               file(), path);
}

void File::write_texts(const std::string& name, const std::vector<std::string>& texts) {
  const Lock lock;
  std::size_t length = 1;
  for (const std::string& text : texts) length = std::max(length, text.size());
  std::vector<char> characters(texts.size() * length, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&characters[i * length], length);

  const std::string path = absolute(name);
  const hsize_t count = texts.size();
  const Handle type = fixed_text_type(length);
  const Handle space(H5Screate_simple(1, &count, nullptr));
  const std::string place = where() + ": dataset " + path;
  make_groups_above(id(), path);
  const Handle array = own(H5Dcreate2(id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT, creation_properties().id(), H5P_DEFAULT),
                           place, "cannot be made");
  check(H5Dwrite(array.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, characters.data()), place, "cannot be written");
}

void File::flush() {
  const Lock lock;
  check(H5Fflush(id(), H5F_SCOPE_GLOBAL), where(), "cannot be written");
}

}  // namespace galen::data::hdf5
