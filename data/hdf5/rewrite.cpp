#include "data/hdf5/rewrite.h"

#include "data/hdf5/external_files.h"
#include "data/hdf5/library.h"
#include "data/hdf5/reach.h"

#include <algorithm>
#include <vector>

namespace galen::data::hdf5 {
namespace {

constexpr hsize_t kBlockBytes = 32 << 20;

class Rewriting {
 public:
  Rewriting(const std::string& from, const std::string& to, const std::map<std::string, ArrayLayout>& layouts, External external,
            const std::function<void(std::int64_t, std::int64_t)>& progress)
      : from_name_(from), layouts_(layouts), progress_(progress) {
    const Handle access = writing_access();
    const Handle creation(H5Pcreate(H5P_FILE_CREATE));
    H5Pset_obj_track_times(creation.id(), false);
    from_ = open_to_read(from, reach_from(from, external));
    to_ = own(H5Fcreate(to.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), to, "cannot be made");
    for (const auto& [name, layout] : layouts) total_ += static_cast<std::int64_t>(rows_of(open(name)));
  }

  void copy() {
    copy_attributes(from_, to_, "/");
    copy_members("/");
    check(H5Fflush(to_.id(), H5F_SCOPE_GLOBAL), from_name_, "cannot be copied");
  }

 private:
  std::string where(const std::string& name) const { return fmt::format("{}: {}", from_name_, name); }

  Handle open(const std::string& name) const {
    Handle array = open_array(from_.id(), name, H5P_DEFAULT, where(name));
    check(array.id(), where(name), "cannot be opened");
    return array;
  }

  static hsize_t rows_of(const Handle& array) {
    const Handle space(H5Dget_space(array.id()));
    std::vector<hsize_t> shape(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space.id()), 1)), 1);
    H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
    return shape.front();
  }

  // A group without such a dataset is copied as a whole, so that what points about inside it still does.
  bool holds_rewritten(const std::string& group) const {
    const std::string prefix = group == "/" ? group : group + "/";
    const auto next = layouts_.lower_bound(prefix);
    return next != layouts_.end() && next->first.starts_with(prefix);
  }

  // The library copies what lies in external files into the new file.
  void check_external(const std::string& path) const {
    std::vector<std::string> arrays = {path};
    const Handle object = own(H5Oopen(from_.id(), path.c_str(), H5P_DEFAULT), where(path), "cannot be opened");
    if (H5Iget_type(object.id()) == H5I_GROUP) {
      arrays.clear();
      const auto collect = [](hid_t, const char* name, const H5L_info_t* link, void* into) -> herr_t {
        if (link->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(into)->emplace_back(name);
        return 0;
      };
      check(H5Lvisit(object.id(), H5_INDEX_NAME, H5_ITER_INC, collect, &arrays), where(path), "cannot be listed");
      for (std::string& array : arrays) array.insert(0, path + "/");
    }
    for (const std::string& array : arrays) {
      const Handle member = own(H5Oopen(from_.id(), array.c_str(), H5P_DEFAULT), where(array), "cannot be opened");
      if (H5Iget_type(member.id()) == H5I_DATASET) check_external_files(member.id(), where(array));
    }
  }

  void copy_members(const std::string& group) {
    const Handle opened = own(H5Gopen2(from_.id(), group.c_str(), H5P_DEFAULT), where(group), "cannot be opened");
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* into) -> herr_t {
      static_cast<std::vector<std::string>*>(into)->emplace_back(name);
      return 0;
    };
    check(H5Literate(opened.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), where(group), "cannot be listed");
    for (const std::string& name : names) copy_member(group == "/" ? "/" + name : group + "/" + name);
  }

  void copy_member(const std::string& path) {
    if (layouts_.contains(path)) return rewrite_array(path);
    H5L_info_t link;
    check(H5Lget_info(from_.id(), path.c_str(), &link, H5P_DEFAULT), where(path), "cannot be read");
    if (link.type != H5L_TYPE_HARD) return copy_link(path, link);
    if (!holds_rewritten(path)) {
      check_external(path);
      check(H5Ocopy(from_.id(), path.c_str(), to_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT), where(path), "cannot be copied");
      return;
    }
    const Handle source = own(H5Gopen2(from_.id(), path.c_str(), H5P_DEFAULT), where(path), "cannot be opened");
    const Handle made = own(H5Gcreate2(to_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), where(path), "cannot be copied");
    copy_attributes(source, made, path);
    copy_members(path);
  }

  void copy_link(const std::string& path, const H5L_info_t& link) {
    std::vector<char> value(link.u.val_size);
    check(H5Lget_val(from_.id(), path.c_str(), value.data(), value.size(), H5P_DEFAULT), where(path), "cannot be read");
    if (link.type == H5L_TYPE_SOFT) {
      check(H5Lcreate_soft(value.data(), to_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT), where(path), "cannot be copied");
      return;
    }
    const char* file = nullptr;
    const char* object = nullptr;
    check(H5Lunpack_elink_val(value.data(), value.size(), nullptr, &file, &object), where(path), "is a link of an unknown kind");
    check(H5Lcreate_external(file, object, to_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT), where(path), "cannot be copied");
  }

  void copy_attributes(const Handle& source, const Handle& target, const std::string& name) {
    std::vector<std::string> keys;
    const auto collect = [](hid_t, const char* key, const H5A_info_t*, void* into) -> herr_t {
      static_cast<std::vector<std::string>*>(into)->emplace_back(key);
      return 0;
    };
    check(H5Aiterate2(source.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &keys), where(name),
          "has attributes that cannot be listed");
    for (const std::string& key : keys) {
      const std::string place = fmt::format("{}: attribute {}", where(name), key);
      const Handle attribute = own(H5Aopen(source.id(), key.c_str(), H5P_DEFAULT), place, "cannot be opened");
      const Handle type(H5Aget_type(attribute.id()));
      const Handle space(H5Aget_space(attribute.id()));
      const Handle made =
          own(H5Acreate2(target.id(), key.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), place, "cannot be copied");
      if (H5Sget_simple_extent_npoints(space.id()) == 0) continue;
      const auto count = static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space.id()), place, "has no shape"));
      std::vector<char> values(static_cast<std::size_t>(H5Aget_storage_size(attribute.id())) + H5Tget_size(type.id()) * count);
      check(H5Aread(attribute.id(), type.id(), values.data()), place, "cannot be read");
      check(H5Awrite(made.id(), type.id(), values.data()), place, "cannot be copied");
      if (H5Tis_variable_str(type.id()) > 0) H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, values.data());
    }
  }

  void rewrite_array(const std::string& path) {
    const ArrayLayout& layout = layouts_.at(path);
    const Handle source = open(path);
    const Handle type(H5Dget_type(source.id()));
    const Handle space(H5Dget_space(source.id()));
    std::vector<hsize_t> shape(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.id())));
    H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
    const Handle flat(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));  // without room to grow

    const Handle properties = creation_properties();
    if (layout.chunk_rows > 0) {
      std::vector<hsize_t> chunk = shape;
      chunk.front() = static_cast<hsize_t>(layout.chunk_rows);
      check(H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()), where(path), "cannot have such chunks");
      if (layout.gzip_level > 0 && H5Tget_size(type.id()) > 1) H5Pset_shuffle(properties.id());
      if (layout.gzip_level > 0) H5Pset_deflate(properties.id(), static_cast<unsigned>(layout.gzip_level));
    }
    const Handle made = own(H5Dcreate2(to_.id(), path.c_str(), type.id(), flat.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                            where(path), "cannot be rewritten");
    copy_attributes(source, made, path);
    copy_rows(source, made, type, shape, path, layout.chunk_rows);
  }

  // Whole chunks of the new layout at a time, so that none is compressed twice.
  void copy_rows(const Handle& source, const Handle& made, const Handle& type, std::vector<hsize_t> shape, const std::string& path,
                 std::int64_t chunk_rows) {
    hsize_t row_bytes = H5Tget_size(type.id());
    for (std::size_t d = 1; d < shape.size(); ++d) row_bytes *= shape[d];
    const auto unit = static_cast<hsize_t>(std::max<std::int64_t>(chunk_rows, 1));
    const hsize_t block = std::max<hsize_t>(kBlockBytes / std::max<hsize_t>(row_bytes * unit, 1), 1) * unit;
    const hsize_t rows = shape.front();
    std::vector<char> values(static_cast<std::size_t>(std::min(block, rows) * row_bytes));
    std::vector<hsize_t> start(shape.size(), 0);
    for (; start.front() < rows; start.front() += block) {
      shape.front() = std::min(block, rows - start.front());
      const Handle memory(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
      for (const auto& [array, is_source] : {std::pair(&source, true), std::pair(&made, false)}) {
        const Handle selected(H5Dget_space(array->id()));
        H5Sselect_hyperslab(selected.id(), H5S_SELECT_SET, start.data(), nullptr, shape.data(), nullptr);
        check(is_source ? H5Dread(array->id(), type.id(), memory.id(), selected.id(), H5P_DEFAULT, values.data())
                        : H5Dwrite(array->id(), type.id(), memory.id(), selected.id(), H5P_DEFAULT, values.data()),
              where(path), is_source ? "cannot be read" : "cannot be rewritten");
      }
      done_ += static_cast<std::int64_t>(shape.front());
      progress_(done_, total_);
    }
  }

  const std::string& from_name_;
  const std::map<std::string, ArrayLayout>& layouts_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  Handle from_;
  Handle to_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace

void rewrite(const std::string& from, const std::string& to, const std::map<std::string, ArrayLayout>& layouts, External external,
             const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const Lock lock;
  Rewriting(from, to, layouts, external, progress).copy();
}

}  // namespace galen::data::hdf5
