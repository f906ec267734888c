#include "data/hdf5/virtual_sources.h"

#include "data/hdf5/reach.h"
#include "data/hdf5/source_folders.h"
#include "data/hdf5/storage.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

namespace galen::data::hdf5 {

namespace {

namespace fs = std::filesystem;

constexpr int kMostNested = 16;
constexpr char kTheSameFile[] = ".";

// In the library's order: where the name says, in the folders that the environment names, beside the file, in the current folder, beside
// the file that links lead to.
std::string find_source(const std::string& name, const std::string& path) {
  std::vector<fs::path> places;
  fs::path relative = name;
  if (relative.is_absolute()) {
    places.push_back(relative);
    relative = relative.filename();
  }
  for (const std::string& folder : folders_in("HDF5_VDS_PREFIX", path)) places.push_back(fs::path(folder) / relative);
  places.push_back(fs::path(path).parent_path() / relative);
  places.push_back(relative);
  std::error_code none;
  places.push_back(fs::weakly_canonical(path, none).parent_path() / relative);
  const auto found = std::find_if(places.begin(), places.end(), [](const fs::path& place) {
    std::error_code error;
    return fs::is_regular_file(place, error);
  });
  return found == places.end() ? std::string() : found->string();
}

std::string text_from(const std::function<ssize_t(char*, std::size_t)>& get) {
  const ssize_t length = get(nullptr, 0);
  std::string text(static_cast<std::size_t>(std::max<ssize_t>(length, 0)), '\0');
  if (length > 0) get(text.data(), text.size() + 1);
  return text;
}

// "part%b.h5" names a file for each block of an unlimited selection; "%%" stands for "%".
std::string with_block(const std::string& pattern, hsize_t block) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (pattern[i] != '%' || (next != 'b' && next != '%')) {
      name += pattern[i];
      continue;
    }
    name += next == 'b' ? std::to_string(block) : "%";
    ++i;
  }
  return name;
}

bool names_blocks(std::string pattern) {
  for (std::size_t at; (at = pattern.find("%%")) != std::string::npos;) pattern.erase(at, 2);
  return pattern.find("%b") != std::string::npos;
}

std::vector<hsize_t> extents_of(hid_t space) {
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space), 0)));
  if (!extents.empty()) H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return extents;
}

bool is_unlimited(hid_t space) { return H5Sget_select_npoints(space) == static_cast<hssize_t>(H5S_UNLIMITED); }

/// One virtual dataset on its way through its mappings.
class VirtualArray {
 public:
  VirtualArray(hid_t array, std::string path, std::string where)
      : path_(std::move(path)),
        where_(std::move(where)),
        properties_(own(H5Dget_create_plist(array), where_, "has no properties")),
        space_(own(H5Dget_space(array), where_, "has no shape")),
        covered_(own(H5Scopy(space_.id()), where_, "has no shape")),
        reach_(reach_of(array)) {
    H5Sselect_none(covered_.id());
  }

  std::vector<std::string> files() {
    std::vector<std::string> files;
    std::size_t mappings = 0;
    check(H5Pget_virtual_count(properties_.id(), &mappings), where_, "has sources that cannot be read");
    for (std::size_t i = 0; i < mappings; ++i) {
      const auto [file, name, target] = mapping(i);
      const bool in_blocks = names_blocks(file) || names_blocks(name);
      for (const hsize_t block : in_blocks ? blocks_in(target) : std::vector<hsize_t>{0}) {
        std::string place = file == kTheSameFile ? std::string() : find_source(with_block(file, block), path_);
        if (!place.empty()) files.push_back(std::move(place));
      }
    }
    return files;
  }

  void check_all() {
    std::size_t mappings = 0;
    check(H5Pget_virtual_count(properties_.id(), &mappings), where_, "has sources that cannot be read");
    for (std::size_t i = 0; i < mappings; ++i) check_mapping(i);
    const hssize_t all = H5Sget_simple_extent_npoints(space_.id());
    const hssize_t mapped = H5Sget_select_npoints(covered_.id());
    if (mapped >= all) return;
    throw Error("{}: {} of its {} elements have no source in this virtual dataset, and would be read as the fill value. Make it again.",
                where_, all - mapped, all);
  }

 private:
  struct Mapping {
    std::string file, name;
    Handle target;
  };

  Mapping mapping(std::size_t i) const {
    return {text_from([&](char* text, std::size_t size) { return H5Pget_virtual_filename(properties_.id(), i, text, size); }),
            text_from([&](char* text, std::size_t size) { return H5Pget_virtual_dsetname(properties_.id(), i, text, size); }),
            own(H5Pget_virtual_vspace(properties_.id(), i), where_, "has a source that cannot be read")};
  }

  void check_mapping(std::size_t i) {
    const auto [file, name, target] = mapping(i);
    const Handle source = own(H5Pget_virtual_srcspace(properties_.id(), i), where_, "has a source that cannot be read");
    if (!names_blocks(file) && !names_blocks(name)) {
      check_source(with_block(file, 0), with_block(name, 0), target, source);
      cover(target);
      return;
    }
    for (const hsize_t block : blocks_in(target)) check_source(with_block(file, block), with_block(name, block), target, source);
    cover(target);
  }

  // Blocks of an unlimited selection that begin inside the shape.
  std::vector<hsize_t> blocks_in(const Handle& target) const {
    const auto [start, stride, count, block] = hyperslab(target);
    const std::vector<hsize_t> extents = extents_of(space_.id());
    std::vector<hsize_t> blocks;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      if (count[d] != H5S_UNLIMITED) continue;
      for (hsize_t b = 0; start[d] + b * stride[d] < extents[d]; ++b) blocks.push_back(b);
    }
    return blocks;
  }

  struct Hyperslab {
    std::vector<hsize_t> start, stride, count, block;
  };

  Hyperslab hyperslab(const Handle& space) const {
    const std::size_t rank = extents_of(space_.id()).size();
    Hyperslab slab{std::vector<hsize_t>(rank), std::vector<hsize_t>(rank), std::vector<hsize_t>(rank), std::vector<hsize_t>(rank)};
    check(H5Sget_regular_hyperslab(space.id(), slab.start.data(), slab.stride.data(), slab.count.data(), slab.block.data()), where_,
          "has a source that cannot be read");
    return slab;
  }

  void cover(const Handle& target) {
    if (H5Sget_select_type(target.id()) == H5S_SEL_ALL) {
      H5Sselect_all(covered_.id());
      return;
    }
    Handle slice = own(H5Scopy(target.id()), where_, "has a source that cannot be read");
    const std::vector<hsize_t> extents = extents_of(space_.id());
    H5Sset_extent_simple(slice.id(), static_cast<int>(extents.size()), extents.data(), nullptr);
    if (is_unlimited(target.id())) {  // up to the edge
      auto [start, stride, count, block] = hyperslab(target);
      for (std::size_t d = 0; d < extents.size(); ++d) {
        const hsize_t room = extents[d] > start[d] ? extents[d] - start[d] : 0;
        if (block[d] == H5S_UNLIMITED) block[d] = std::max<hsize_t>(room, 1);
        if (count[d] == H5S_UNLIMITED) count[d] = std::max<hsize_t>(room / std::max<hsize_t>(stride[d], 1), 1);
      }
      check(H5Sselect_hyperslab(slice.id(), H5S_SELECT_SET, start.data(), stride.data(), count.data(), block.data()), where_,
            "has a source that cannot be read");
    }
    if (H5Sget_select_npoints(covered_.id()) == 0) {
      covered_ = std::move(slice);
    } else if (H5Sget_select_type(covered_.id()) != H5S_SEL_ALL) {
      check(H5Smodify_select(covered_.id(), H5S_SELECT_OR, slice.id()), where_, "has a source that cannot be read");
    }
  }

  void check_source(const std::string& file, const std::string& name, const Handle& target, const Handle& selection) const {
    const bool is_here = file == kTheSameFile;
    const std::string place = is_here ? path_ : find_source(file, path_);
    if (place.empty()) {
      throw Error(
          "{} is a virtual dataset, and its source {} is missing: what lies there would be read as the fill value. Bring the file "
          "back, beside {}, or make the dataset again.",
          where_, file, path_);
    }
    if (!reach_.allows(place)) refuse(fmt::format("{}, a virtual dataset,", where_), place, reach_);
    const File opened = open_within(place, reach_);
    if (!opened.has(name)) {
      throw Error(
          "{} is a virtual dataset, and its source {} holds no dataset {}: what lies there would be read as the fill value. The file "
          "holds: {}.",
          where_, place, name, fmt::join(opened.arrays(), ", "));
    }
    const Array source = opened.array(name);
    check_bounds(source, target, selection);
    source.storage();
  }

  // Of what the mapping takes from its source. A selection of all is stored without a shape: it is as large as its target.
  void check_bounds(const Array& source, const Handle& target, const Handle& selection) const {
    if (is_unlimited(selection.id()) || is_unlimited(target.id())) return;
    const hssize_t wanted = H5Sget_select_npoints(target.id());
    bool fits = true;
    if (H5Sget_select_type(selection.id()) == H5S_SEL_ALL) {
      fits = source.rows() * source.row_elements() >= wanted;
    } else {
      const std::size_t rank = extents_of(selection.id()).size();
      std::vector<hsize_t> first(rank), last(rank);
      if (H5Sget_select_bounds(selection.id(), first.data(), last.data()) < 0) return;
      fits = source.shape().size() == rank;
      for (std::size_t d = 0; fits && d < rank; ++d) fits = last[d] < static_cast<hsize_t>(source.shape()[d]);
    }
    if (fits) return;
    throw Error(
        "{} is a virtual dataset, and takes {} elements from {}, whose shape is [{}]: what is missing would be read as the fill value. "
        "Make "
        "the dataset or its source again.",
        where_, wanted, source.where(), fmt::join(source.shape(), ", "));
  }

  std::string path_;
  std::string where_;
  Handle properties_;
  Handle space_;
  Handle covered_;  ///< what mappings cover
  Reach reach_;
};

}  // namespace

void check_virtual_sources(hid_t array, const std::string& path, const std::string& where) {
  thread_local int nested = 0;
  struct Count {
    Count() { ++nested; }
    ~Count() { --nested; }
  } const count;
  if (nested > kMostNested) throw Error("{} is a virtual dataset whose sources are virtual again, in a circle. Make it again.", where);
  VirtualArray(array, path, where).check_all();
}

std::vector<std::string> virtual_files(hid_t array, const std::string& path) {
  const Handle properties = own(H5Dget_create_plist(array), path, "has an array without properties");
  if (H5Pget_layout(properties.id()) != H5D_VIRTUAL) return {};
  return VirtualArray(array, path, path).files();
}

}  // namespace galen::data::hdf5
