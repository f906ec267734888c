#include "data/import/mapped_bytes.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::data {

MappedBytes::MappedBytes(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (file < 0 || ::fstat(file, &status) != 0) {
    const int code = errno;
    if (file >= 0) ::close(file);
    throw Error("{}: cannot be opened: {}.", path, std::strerror(code));
  }
  size_ = static_cast<std::size_t>(status.st_size);
  void* data = size_ > 0 ? ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  const int code = errno;
  ::close(file);
  if (data == MAP_FAILED) throw Error("{}: cannot be read: {}.", path, std::strerror(code));
  data_ = static_cast<const std::uint8_t*>(data);
}

MappedBytes::~MappedBytes() {
  if (size_ > 0) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

}  // namespace galen::data
