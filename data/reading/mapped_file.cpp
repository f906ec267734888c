#include "data/reading/mapped_file.h"

#include "data/reading/mapped_ranges.h"
#include "galen/error.h"
#include "galen/regular_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::data {

MappedFile::MappedFile(const std::string& path) : path_(path) {
  expect_regular_file(path);
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const auto fail = [&](const char* what) {
    const int code = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error("{}: {}: {}.", path, what, std::strerror(code));
  };
  struct stat status = {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) fail("cannot be opened");
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (size_ == 0) return;  // nothing can be mapped
  void* memory = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) fail("cannot be read");
  memory_ = static_cast<const std::byte*>(memory);
  add_mapping(memory_, memory_ + size_, path_.c_str());
}

MappedFile::~MappedFile() {
  if (size_ > 0) remove_mapping(memory_);
  if (size_ > 0) ::munmap(const_cast<std::byte*>(memory_), size_);
  ::close(descriptor_);
}

std::span<const std::byte> MappedFile::bytes(std::uint64_t address, std::uint64_t bytes) const {
  if (address > size_ || bytes > size_ - address) {
    throw Error("{}: the file ends at byte {}, but samples lie at {} to {}. It is damaged or incomplete: copy or import it again.", path_,
                size_, address, address + bytes);
  }
  return {memory_ + address, bytes};
}

void MappedFile::expect_random_access() const { ::madvise(const_cast<std::byte*>(memory_), size_, MADV_RANDOM); }

void MappedFile::will_need(std::uint64_t address, std::uint64_t bytes) const {
  ::posix_fadvise(descriptor_, static_cast<off_t>(address), static_cast<off_t>(bytes), POSIX_FADV_WILLNEED);
}

}  // namespace galen::data
