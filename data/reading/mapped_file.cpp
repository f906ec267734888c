#include "data/reading/mapped_file.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::data {

MappedFile::MappedFile(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status = {};
  void* memory = MAP_FAILED;
  if (descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0) {
    size_ = static_cast<std::uint64_t>(status.st_size);
    memory = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
  }
  if (memory == MAP_FAILED) {
    const int reason = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error("{}: the file cannot be mapped into memory: {}.", path, std::strerror(reason));
  }
  memory_ = static_cast<const std::byte*>(memory);
  ::madvise(memory, size_, MADV_RANDOM);
}

MappedFile::~MappedFile() {
  ::munmap(const_cast<std::byte*>(memory_), size_);
  ::close(descriptor_);
}

std::span<const std::byte> MappedFile::bytes(std::uint64_t address, std::uint64_t bytes) const {
  if (address > size_ || bytes > size_ - address) {
    throw Error("{}: the file ends at byte {}, but samples lie at {} to {}. It is damaged or incomplete: copy or import it again.", path_,
                size_, address, address + bytes);
  }
  return {memory_ + address, bytes};
}

void MappedFile::will_need(std::uint64_t address, std::uint64_t bytes) const {
  ::posix_fadvise(descriptor_, static_cast<off_t>(address), static_cast<off_t>(bytes), POSIX_FADV_WILLNEED);
}

}  // namespace galen::data
