#include "data/hdf5/file_driver.h"
#include "data/hdf5/library.h"
#include "data/hdf5/reach.h"
#include "data/hdf5/storage.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace galen::data::hdf5 {

namespace {

std::vector<std::int64_t> extents_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

// File and memory dataspaces of rows [first, first + count).
std::pair<Handle, Handle> select_rows(hid_t array, const std::vector<std::int64_t>& shape, std::int64_t first, std::int64_t count,
                                      const std::string& where) {
  std::vector<hsize_t> start(shape.size(), 0);
  std::vector<hsize_t> extents = to_extents(shape);
  start.front() = static_cast<hsize_t>(first);
  extents.front() = static_cast<hsize_t>(count);
  Handle stored = own(H5Dget_space(array), where, "has no shape");
  check(H5Sselect_hyperslab(stored.id(), H5S_SELECT_SET, start.data(), nullptr, extents.data(), nullptr), where, "has no such rows");
  Handle memory = own(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), where, "has no such rows");
  return {std::move(stored), std::move(memory)};
}

}  // namespace

Array::Array(Handle handle, const std::string& file, std::string name) : Object(std::move(handle), file, std::move(name)) {
  const Handle space = own(H5Dget_space(id()), where(), "has no shape");
  shape_ = extents_of(space.id());
  std::int64_t elements = 8;  // so that bytes can be counted too
  for (const std::int64_t extent : shape_) {
    if (extent < 0 || __builtin_mul_overflow(elements, std::max<std::int64_t>(extent, 1), &elements)) {
      throw Error("{} has shape [{}], which is more than there can be. The file is damaged: copy or import it again.", where(),
                  fmt::join(shape_, ", "));
    }
  }
  type_ = element_type(own(H5Dget_type(id()), where(), "has no type").id());
}

std::int64_t Array::row_elements() const {
  if (shape_.empty()) return 0;
  return std::accumulate(shape_.begin() + 1, shape_.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<std::int64_t> Array::chunk_shape() const {
  const Lock lock;
  const Handle properties = own(H5Dget_create_plist(id()), where(), "has no properties");
  if (H5Pget_layout(properties.id()) != H5D_CHUNKED) return {};
  std::vector<hsize_t> extents(shape_.size());
  check(H5Pget_chunk(properties.id(), static_cast<int>(extents.size()), extents.data()), where(), "has no chunk shape");
  return {extents.begin(), extents.end()};
}

std::vector<std::string> Array::filters() const {
  const Lock lock;
  const Handle properties = own(H5Dget_create_plist(id()), where(), "has no properties");
  std::vector<std::string> names;
  for (int i = 0; i < H5Pget_nfilters(properties.id()); ++i) {
    char name[64] = "";
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(properties.id(), static_cast<unsigned>(i), nullptr, &values, nullptr, sizeof name, name, nullptr);
    names.push_back(filter == H5Z_FILTER_DEFLATE ? "deflate" : filter == H5Z_FILTER_SHUFFLE ? "shuffle" : name);
  }
  return names;
}

std::vector<std::string> Array::other_files() const {
  const Lock lock;
  return hdf5::other_files(id(), file());
}

void Array::read(std::int64_t first, std::int64_t count, Native type, void* values) const {
  const Lock lock;
  if (count == 0) return;
  if (count == rows()) storage();  // elements that lie nowhere would be read as the fill value
  const auto [stored, memory] = select_rows(id(), shape_, first, count, where());
  take_refused();
  const herr_t done = H5Dread(id(), native_type(type), memory.id(), stored.id(), H5P_DEFAULT, values);
  if (const std::string other = take_refused(); !other.empty()) refuse(where(), other, reach_of(id()));
  if (done < 0) {
    throw Error("{}: samples {} to {} cannot be read: {}. The file may be damaged: copy or import it again.", where(), first,
                first + count - 1, reason());
  }
}

void Array::write(std::int64_t first, std::int64_t count, Native type, const void* values) {
  const Lock lock;
  if (count == 0) return;
  const auto [stored, memory] = select_rows(id(), shape_, first, count, where());
  check(H5Dwrite(id(), native_type(type), memory.id(), stored.id(), H5P_DEFAULT, values), where(), "cannot be written");
}

std::vector<std::string> Array::read_texts() const {
  const Lock lock;
  storage();  // elements that lie nowhere would be read as the fill value
  if (type_.kind != Kind::kString) throw Error("{} holds {}, not text.", where(), to_string(type_));
  const Handle type(H5Dget_type(id()));
  const Handle space(H5Dget_space(id()));
  return collect_texts(type.id(), space.id(), [&](void* values) {
    check(H5Dread(id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), where(), "cannot be read");
  });
}

}  // namespace galen::data::hdf5
