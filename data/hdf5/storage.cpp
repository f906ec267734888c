#include "data/hdf5/storage.h"

#include "data/hdf5/file_driver.h"
#include "data/hdf5/library.h"

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

void find_chunks(hid_t array, const std::string&, const std::string&, const std::vector<std::int64_t>& shape, Storage& storage) {
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
  if (H5Dchunk_iter(array, H5P_DEFAULT, note, &visit) < 0) storage.needs_library = kUnreadableIndex;
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
void find_chunks(hid_t, const std::string& path, const std::string& name, const std::vector<std::int64_t>& shape, Storage& storage) {
  const Handle access = recording_access();
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
  const Handle array(file.id() < 0 ? -1 : H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT));
  if (array.id() < 0) {
    storage.needs_library = "a file that cannot be opened twice";
    return;
  }
  std::vector<hsize_t> first(shape.size());
  std::byte nothing{};  // the recording driver writes no data
  for (std::size_t i = 0; i < storage.chunks.size(); ++i) {
    first_element(static_cast<std::int64_t>(i), shape, storage.chunk_shape, first);
    std::uint32_t skipped = 0;
    const bool found = H5Dread_chunk(array.id(), H5P_DEFAULT, first.data(), &skipped, &nothing) >= 0;
    if (!found && was_never_written(reason())) continue;
    const auto read = found ? take_raw_read(file.id()) : std::nullopt;
    if (!read || !is_chunk(read->bytes)) {
      storage.needs_library = kUnreadableIndex;
      return;
    }
    storage.chunks[i] = {read->address, static_cast<std::uint32_t>(read->bytes), skipped};
  }
}

#endif

}  // namespace

Storage Array::storage() const {
  const Lock lock;
  Storage storage;
  const Handle stored(H5Dget_type(id()));
  const Handle properties = own(H5Dget_create_plist(id()), where(), "has no properties");
  const H5D_layout_t layout = H5Pget_layout(properties.id());

  char path[2] = "";
  const ssize_t length = H5Fget_name(id(), path, sizeof path);
  std::string actual_file(static_cast<std::size_t>(std::max<ssize_t>(length, 0)), '\0');
  if (length > 0) H5Fget_name(id(), actual_file.data(), actual_file.size() + 1);

  if (!is_stored_as(stored.id(), type_)) storage.needs_library = "numbers of a foreign byte order or width";
  if (actual_file != file()) storage.needs_library = "samples that lie in another file";
  if (H5Pget_external_count(properties.id()) > 0) storage.needs_library = "external storage";
  if (layout == H5D_CHUNKED || (layout == H5D_CONTIGUOUS && H5Pget_external_count(properties.id()) == 0)) {
    check_room(*this, layout == H5D_CHUNKED, actual_file);
  }
  if (layout == H5D_CONTIGUOUS) {
    const haddr_t address = H5Dget_offset(id());
    if (address == HADDR_UNDEF && storage.needs_library.empty()) storage.needs_library = "samples that were never written";
    storage.address = address;
  } else if (layout != H5D_CHUNKED) {
    storage.needs_library = layout == H5D_COMPACT ? "compact storage" : "virtual storage";
  }
  if (layout != H5D_CHUNKED || !storage.needs_library.empty()) return storage;

  for (int i = 0; i < H5Pget_nfilters(properties.id()); ++i) {
    char name[64] = "";
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t number =
        H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags, &values, nullptr, sizeof name, name, nullptr);
    const std::optional<Filter> filter = known_filter(number);
    if (!filter) {
      storage.needs_library = fmt::format("the filter {}", name);
      return storage;
    }
    storage.filters.push_back(*filter);
  }
  unsigned options = 0;
  H5Pget_chunk_opts(properties.id(), &options);
  if (options != 0 && !storage.filters.empty()) {
    storage.needs_library = "edge chunks without filters";
    return storage;
  }
  storage.fill.resize(H5Tget_size(stored.id()));
  if (H5Pget_fill_value(properties.id(), stored.id(), storage.fill.data()) < 0)
    std::fill(storage.fill.begin(), storage.fill.end(), std::byte{});
  storage.chunk_shape = chunk_shape();
  storage.chunks.resize(static_cast<std::size_t>(chunks_in_grid(shape_, storage.chunk_shape)));
  find_chunks(id(), file(), name(), shape_, storage);
  return storage;
}

}  // namespace galen::data::hdf5
