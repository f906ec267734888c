#include "data/hdf5/file_driver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace galen::data::hdf5 {

namespace {

struct OpenFile {
  H5FD_t driver;  // first, as the library knows only this
  int descriptor;
  haddr_t end;  // of the file
  haddr_t allocated;
  std::optional<RawRead> raw_read;
  Reach reach;
};

// Calls of the library swallow what a driver says; the caller asks for it afterwards.
thread_local std::string refused_file;

OpenFile* opened(H5FD_t* file) { return reinterpret_cast<OpenFile*>(file); }
const OpenFile* opened(const H5FD_t* file) { return reinterpret_cast<const OpenFile*>(file); }

// Where a name is refused, the library would go on to the same name in other folders, and read another file than the one that is named.
H5FD_t* open_file(const char* name, unsigned flags, hid_t access, haddr_t) {
  if ((flags & H5F_ACC_RDWR) != 0 || !refused_file.empty()) return nullptr;
  const auto* reach = static_cast<const Reach*>(H5Pget_driver_info(access));
  if (reach == nullptr) return nullptr;
  std::error_code unknown;
  if (std::filesystem::exists(name, unknown) && !reach->allows(name)) {
    refused_file = name;
    return nullptr;
  }
  const int descriptor = ::open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // a FIFO would wait for a writer
  struct stat status = {};
  if (descriptor < 0) return nullptr;
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return nullptr;
  }
  return &(new OpenFile{{}, descriptor, static_cast<haddr_t>(status.st_size), 0, {}, *reach})->driver;
}

herr_t close_file(H5FD_t* file) {
  const std::unique_ptr<OpenFile> closed(opened(file));
  return ::close(closed->descriptor);
}

// Files that the library opens for another one get that one's reach.
void* copy_reach(const void* reach) { return new Reach(*static_cast<const Reach*>(reach)); }
void* reach_of_open(H5FD_t* file) { return new Reach(opened(file)->reach); }
herr_t free_reach(void* reach) {
  delete static_cast<Reach*>(reach);
  return 0;
}

// Files that are one and the same are opened once, for each reach: what one may read is not for the other.
int compare(const H5FD_t* left, const H5FD_t* right) {
  struct stat a = {}, b = {};
  if (::fstat(opened(left)->descriptor, &a) != 0 || ::fstat(opened(right)->descriptor, &b) != 0) return left < right ? -1 : 1;
  const auto key = [](const struct stat& status, const Reach& reach) {
    return std::tuple(status.st_dev, status.st_ino, reach.external, reach.home.native());
  };
  const auto one = key(a, opened(left)->reach), other = key(b, opened(right)->reach);
  return one < other ? -1 : other < one ? 1 : 0;
}

// No H5FD_FEAT_ACCUMULATE_METADATA: that is the buffer.
herr_t query(const H5FD_t*, unsigned long* features) {
  *features = H5FD_FEAT_DATA_SIEVE;
  return 0;
}

haddr_t get_allocated(const H5FD_t* file, H5FD_mem_t) { return opened(file)->allocated; }

herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  opened(file)->allocated = address;
  return 0;
}

haddr_t get_end(const H5FD_t* file, H5FD_mem_t) { return opened(file)->end; }

herr_t get_handle(H5FD_t* file, hid_t, void** handle) {
  *handle = file;
  return 0;
}

bool read_bytes(const OpenFile& file, haddr_t address, std::size_t size, void* into) {
  if (address > file.end || size > file.end - address) return false;
  auto* bytes = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t count = ::pread(file.descriptor, bytes, size, static_cast<off_t>(address));
    if (count <= 0) return false;
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// A global heap collection, where values of variable length lie: 16 bytes with its size, then objects, each with its size
// (HDF5 File Format Specification, III.E). Numbers are little-endian, sizes as a rule of 8 bytes; others are not looked at.
bool is_sound_heap(const OpenFile& file, haddr_t address, std::size_t read) {
  constexpr std::size_t kHeader = 16;
  const auto number_at = [](const std::vector<char>& bytes, std::size_t at) {
    std::uint64_t number = 0;
    std::memcpy(&number, &bytes[at], sizeof number);
    return number;
  };
  std::vector<char> heap(std::max(kHeader, read));
  if (!read_bytes(file, address, heap.size(), heap.data())) return false;
  const std::uint64_t size = number_at(heap, 8);
  if (size < kHeader || size > file.end - address) return false;
  heap.resize(size);
  if (!read_bytes(file, address, size, heap.data())) return false;

  for (std::size_t at = kHeader; size - at >= kHeader;) {
    const bool is_free = heap[at] == 0 && heap[at + 1] == 0;
    const std::uint64_t bytes = number_at(heap, at + 8);
    if (bytes > size - at) return false;
    const std::uint64_t taken = is_free ? bytes : kHeader + (bytes + 7) / 8 * 8;
    if (taken == 0 || taken > size - at) return false;
    at += taken;
  }
  return true;
}

// The library asks for heaps as if they were raw data. Three bytes that it does not look at follow the version.
herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* into) {
  constexpr std::string_view kHeap("GCOL\1");
  const OpenFile& from = *opened(file);
  if (!read_bytes(from, address, size, into)) return -1;
  const bool is_heap = std::string_view(static_cast<const char*>(into), size).starts_with(kHeap);
  return is_heap && !is_sound_heap(from, address, size) ? -1 : 0;
}

herr_t record(H5FD_t* file, H5FD_mem_t type, hid_t properties, haddr_t address, std::size_t size, void* into) {
  if (type != H5FD_MEM_DRAW) return read(file, type, properties, address, size, into);
  opened(file)->raw_read = RawRead{address, size};
  return 0;
}

herr_t write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) { return -1; }

hid_t register_driver(const char* name, decltype(H5FD_class_t::read) read_function) {
  H5FD_class_t driver = {};
  driver.name = name;
  driver.maxaddr = HADDR_MAX;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(Reach);
  driver.fapl_get = reach_of_open;
  driver.fapl_copy = copy_reach;
  driver.fapl_free = free_reach;
  driver.open = open_file;
  driver.close = close_file;
  driver.cmp = compare;
  driver.query = query;
  driver.get_eoa = get_allocated;
  driver.set_eoa = set_allocated;
  driver.get_eof = get_end;
  driver.get_handle = get_handle;
  driver.read = read_function;
  driver.write = write;
  for (H5FD_mem_t& list : driver.fl_map) list = H5FD_MEM_DEFAULT;
  return H5FDregister(&driver);
}

Handle access_through(hid_t driver, const Reach& reach) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_driver(access.id(), driver, &reach);
  return access;
}

hid_t reading_driver() {
  static const hid_t driver = register_driver("galen_reading", read);
  return driver;
}

hid_t recording_driver() {
  static const hid_t driver = register_driver("galen_recording", record);
  return driver;
}

}  // namespace

Handle reading_access(const Reach& reach) { return access_through(reading_driver(), reach); }

// The library tells where a chunk lies only by a call that walks through all of them (H5Dget_chunk_info, until H5Dchunk_iter came with
// 1.14). Reading a chunk looks it up in the index, though, and ends in the read function of a file driver; this one writes down what it
// was asked for.
Handle recording_access(const Reach& reach) { return access_through(recording_driver(), reach); }

std::optional<RawRead> take_raw_read(hid_t file) {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0) return {};
  return std::exchange(static_cast<OpenFile*>(handle)->raw_read, {});
}

const Reach* reach_of_file(hid_t file) {
  const Handle access(H5Fget_access_plist(file));
  const hid_t driver = access.id() < 0 ? -1 : H5Pget_driver(access.id());
  if (driver != reading_driver() && driver != recording_driver()) return nullptr;
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0) return nullptr;
  return &static_cast<OpenFile*>(handle)->reach;
}

std::string take_refused() { return std::exchange(refused_file, {}); }

}  // namespace galen::data::hdf5
