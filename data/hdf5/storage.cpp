#include "data/hdf5/storage.h"

#include "data/hdf5/external_files.h"
#include "data/hdf5/file_driver.h"
#include "data/hdf5/library.h"
#include "data/hdf5/virtual_sources.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

namespace galen::data::hdf5 {

namespace {

std::int64_t chunks_in_grid(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& chunk_shape) {
  std::int64_t count = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) count *= (shape[d] + chunk_shape[d] - 1) / chunk_shape[d];
  return count;
}

std::optional<Filter> known_filter(H5Z_filter_t filter) {
  switch (filter) {
    case H5Z_FILTER_DEFLATE:
      return Filter::kDeflate;
    case H5Z_FILTER_SHUFFLE:
      return Filter::kShuffle;
    case H5Z_FILTER_FLETCHER32:
      return Filter::kFletcher32;
    default:
      return {};
  }
}

bool is_stored_as(hid_t stored, const ElementType& element) {
  const hid_t wanted = stored_type(native_of(element));
  if (element.kind != Kind::kBoolean) return H5Tequal(stored, wanted) > 0;
  const Handle base(H5Tget_super(stored));
  return H5Tequal(base.id(), H5T_STD_I8LE) > 0 || H5Tequal(base.id(), H5T_STD_U8LE) > 0;
}

constexpr char kUnreadableIndex[] = "an index of chunks that cannot be read";

constexpr std::int64_t kSmallGrid = 1 << 16;
constexpr std::int64_t kSmallArray = 64 << 20;  // bytes
constexpr std::int64_t kLeastBytesAChunk = 8;   // in the file: its address in the index, or its samples

// A damaged header claims any number of samples; how many there can be is for the size of the file to say.
void check_room(const Array& array, bool is_chunked, const std::string& file) {
  const auto room = static_cast<std::int64_t>(std::filesystem::file_size(file));
  const bool fits =
      is_chunked ? chunks_in_grid(array.shape(), array.chunk_shape()) <= std::max(kSmallGrid, room / kLeastBytesAChunk)
                 : array.rows() * array.row_elements() <= std::max(kSmallArray, room) / static_cast<std::int64_t>(array.type().bytes);
  if (fits) return;
  throw Error("{} has shape [{}], far more than the file holds. It is damaged, or its writer did not come to its end: make it again.",
              array.where(), fmt::join(array.shape(), ", "));
}

bool is_chunk(hsize_t bytes) { return bytes > 0 && bytes <= std::numeric_limits<std::uint32_t>::max(); }

#if H5_VERSION_GE(1, 14, 0)

bool find_chunks(hid_t array, const std::string&, const std::string&, const std::vector<std::int64_t>& shape, Storage& storage) {
  struct Visit {
    const std::vector<std::int64_t>& shape;
    Storage& storage;
  } visit{shape, storage};
  const auto note = [](const hsize_t* first, unsigned skipped, haddr_t address, hsize_t bytes, void* into) -> int {
    const auto& [extents, found] = *static_cast<Visit*>(into);
    std::int64_t number = 0;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      const std::int64_t extent = found.chunk_shape[d];
      if (first[d] >= static_cast<hsize_t>(extents[d]) || first[d] % static_cast<hsize_t>(extent) != 0) return H5_ITER_ERROR;
      number = number * ((extents[d] + extent - 1) / extent) + static_cast<std::int64_t>(first[d]) / extent;
    }
    StoredChunk& chunk = found.chunks[static_cast<std::size_t>(number)];
    if (chunk.bytes > 0 || !is_chunk(bytes)) return H5_ITER_ERROR;
    chunk = {address, static_cast<std::uint32_t>(bytes), skipped};
    return H5_ITER_CONT;
  };
  return H5Dchunk_iter(array, H5P_DEFAULT, note, &visit) >= 0;
}

#else

// The first element of chunk number `chunk`.
void first_element(std::int64_t chunk, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& chunk_shape,
                   std::vector<hsize_t>& element) {
  for (std::size_t d = shape.size(); d-- > 0;) {
    const std::int64_t across = (shape[d] + chunk_shape[d] - 1) / chunk_shape[d];
    element[d] = static_cast<hsize_t>(chunk % across * chunk_shape[d]);
    chunk /= across;
  }
}

// What the library answers where a chunk, or the whole index, was never written. Every other reason may stand for a damaged index.
bool was_never_written(const std::string& reason) {
  return reason == "chunk address isn't defined" || reason == "storage is not initialized";
}

// Asks a second opening of the file to read chunk after chunk; see file_driver.cpp.
bool find_chunks(hid_t stored, const std::string& path, const std::string& name, const std::vector<std::int64_t>& shape, Storage& storage) {
  const Handle access = recording_access(reach_of(stored));
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
  const Handle array(file.id() < 0 ? -1 : H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT));
  if (array.id() < 0) return false;
  std::vector<hsize_t> first(shape.size());
  std::byte nothing{};  // the recording driver writes no data
  for (std::size_t i = 0; i < storage.chunks.size(); ++i) {
    first_element(static_cast<std::int64_t>(i), shape, storage.chunk_shape, first);
    std::uint32_t skipped = 0;
    const bool found = H5Dread_chunk(array.id(), H5P_DEFAULT, first.data(), &skipped, &nothing) >= 0;
    if (!found && was_never_written(reason())) continue;
    const auto read = found ? take_raw_read(file.id()) : std::nullopt;
    if (!read || !is_chunk(read->bytes)) return false;
    storage.chunks[i] = {read->address, static_cast<std::uint32_t>(read->bytes), skipped};
  }
  return true;
}

#endif

std::string name_of(hid_t object) {
  const ssize_t length = H5Iget_name(object, nullptr, 0);
  std::string name(static_cast<std::size_t>(std::max<ssize_t>(length, 0)), '\0');
  if (length > 0) H5Iget_name(object, name.data(), name.size() + 1);
  return name;
}

void add_filters(const Handle& properties, Storage& storage) {
  for (int i = 0; i < H5Pget_nfilters(properties.id()); ++i) {
    char name[64] = "";
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t number =
        H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags, &values, nullptr, sizeof name, name, nullptr);
    const std::optional<Filter> filter = known_filter(number);
    if (!filter) {
      storage.needs_library = fmt::format("the filter {}", name);
      return;
    }
    storage.filters.push_back(*filter);
  }
  unsigned options = 0;
  H5Pget_chunk_opts(properties.id(), &options);
  if (options != 0 && !storage.filters.empty()) storage.needs_library = "edge chunks without filters";
}

constexpr char kWriteAll[] =
    "Its writer did not come to its end, or left out what is the fill value: make the file again, or write all of it (h5py: "
    "f['{0}'][...] = f['{0}'][...]).";

// The library reads them as the fill value, without an error.
void check_chunks_are_written(const Array& array, const Storage& storage) {
  const auto is_missing = [](const StoredChunk& chunk) { return chunk.bytes == 0; };
  const auto& chunks = storage.chunks;
  const auto missing = std::count_if(chunks.begin(), chunks.end(), is_missing);
  if (missing == 0) return;
  const std::string remedy = fmt::format(kWriteAll, array.name());
  if (missing == static_cast<std::int64_t>(chunks.size())) throw Error("{} was created but never written. {}", array.where(), remedy);
  const std::int64_t chunks_a_row =
      static_cast<std::int64_t>(chunks.size()) / ((array.rows() + storage.chunk_shape.front() - 1) / storage.chunk_shape.front());
  const auto first = (std::find_if(chunks.begin(), chunks.end(), is_missing) - chunks.begin()) / chunks_a_row * storage.chunk_shape.front();
  throw Error("{}: {} of its {} chunks were never written, the first of them at sample {}. {}", array.where(), missing, chunks.size(),
              first, remedy);
}

}  // namespace

std::string file_of(hid_t object) {
  char first[2] = "";
  const ssize_t length = H5Fget_name(object, first, sizeof first);
  std::string name(static_cast<std::size_t>(std::max<ssize_t>(length, 0)), '\0');
  if (length > 0) H5Fget_name(object, name.data(), name.size() + 1);
  return name;
}

Storage Array::storage() const {
  const Lock lock;
  Storage storage;
  const Handle stored(H5Dget_type(id()));
  const Handle properties = own(H5Dget_create_plist(id()), where(), "has no properties");
  const H5D_layout_t layout = H5Pget_layout(properties.id());
  const bool is_external = H5Pget_external_count(properties.id()) > 0;
  const std::string actual_file = file_of(id());

  if (layout == H5D_CHUNKED) add_filters(properties, storage);
  if (!is_stored_as(stored.id(), type_)) storage.needs_library = "numbers of a foreign byte order or width";
  if (actual_file != file()) storage.needs_library = "samples that lie in another file";
  if (is_external) storage.needs_library = "external storage";
  if (layout == H5D_COMPACT) storage.needs_library = "compact storage";
  if (layout == H5D_VIRTUAL) storage.needs_library = "virtual storage";

  if (layout == H5D_VIRTUAL) check_virtual_sources(id(), actual_file, where());
  if (is_external) check_external_files(id(), where());
  if (layout == H5D_CONTIGUOUS && !is_external) {
    check_room(*this, /*is_chunked=*/false, actual_file);
    const haddr_t address = H5Dget_offset(id());
    if (address == HADDR_UNDEF && rows() * row_elements() > 0) {
      throw Error("{} was created but never written. {}", where(), fmt::format(kWriteAll, name()));
    }
    storage.address = address;
  }
  if (layout == H5D_CHUNKED) {
    check_room(*this, /*is_chunked=*/true, actual_file);
    storage.chunk_shape = chunk_shape();
    storage.chunks.resize(static_cast<std::size_t>(chunks_in_grid(shape_, storage.chunk_shape)));
    if (find_chunks(id(), actual_file, name_of(id()), shape_, storage)) {
      check_chunks_are_written(*this, storage);
    } else {
      storage.needs_library = kUnreadableIndex;
    }
  }
  return storage;
}

}  // namespace galen::data::hdf5
