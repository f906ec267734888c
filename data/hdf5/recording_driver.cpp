#include "data/hdf5/recording_driver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <utility>

// The library tells where a chunk lies only by a call that walks through all of them (H5Dget_chunk_info, until H5Dchunk_iter came with
// 1.14). Reading a chunk looks it up in the index, though, and ends in the read function of a file driver; this one writes down what it
// was asked for.
namespace galen::data::hdf5 {

namespace {

struct RecordedFile {
  H5FD_t driver;  // first, as the library knows only this
  int descriptor;
  haddr_t end;  // of the file
  haddr_t allocated;
  std::optional<RawRead> raw_read;
};

RecordedFile* recorded(H5FD_t* file) { return reinterpret_cast<RecordedFile*>(file); }
const RecordedFile* recorded(const H5FD_t* file) { return reinterpret_cast<const RecordedFile*>(file); }

H5FD_t* open_file(const char* name, unsigned flags, hid_t, haddr_t) {
  if ((flags & H5F_ACC_RDWR) != 0) return nullptr;
  const int descriptor = ::open(name, O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) return nullptr;
  return &(new RecordedFile{{}, descriptor, static_cast<haddr_t>(status.st_size), 0, {}})->driver;
}

herr_t close_file(H5FD_t* file) {
  const std::unique_ptr<RecordedFile> closed(recorded(file));
  return ::close(closed->descriptor);
}

herr_t query(const H5FD_t*, unsigned long* features) {
  *features = 0;
  return 0;
}

haddr_t get_allocated(const H5FD_t* file, H5FD_mem_t) { return recorded(file)->allocated; }

herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  recorded(file)->allocated = address;
  return 0;
}

haddr_t get_end(const H5FD_t* file, H5FD_mem_t) { return recorded(file)->end; }

herr_t get_handle(H5FD_t* file, hid_t, void** handle) {
  *handle = file;
  return 0;
}

herr_t read(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, std::size_t size, void* into) {
  RecordedFile& from = *recorded(file);
  if (type == H5FD_MEM_DRAW) {
    from.raw_read = RawRead{address, size};
    return 0;
  }
  auto* bytes = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t count = ::pread(from.descriptor, bytes, size, static_cast<off_t>(address));
    if (count <= 0) return -1;
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

herr_t write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) { return -1; }

hid_t register_driver() {
  H5FD_class_t driver = {};
  driver.name = "galen_recording";
  driver.maxaddr = HADDR_MAX;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.get_eoa = get_allocated;
  driver.set_eoa = set_allocated;
  driver.get_eof = get_end;
  driver.get_handle = get_handle;
  driver.read = read;
  driver.write = write;
  for (H5FD_mem_t& list : driver.fl_map) list = H5FD_MEM_DEFAULT;
  return H5FDregister(&driver);
}

}  // namespace

Handle recording_access() {
  static const hid_t driver = register_driver();
  Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_driver(access.id(), driver, nullptr);
  return access;
}

std::optional<RawRead> take_raw_read(hid_t file) {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0) return {};
  return std::exchange(static_cast<RecordedFile*>(handle)->raw_read, {});
}

}  // namespace galen::data::hdf5
