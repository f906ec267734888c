#include "comm/memory_file.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::comm {

namespace {

std::shared_ptr<std::byte> map_descriptor(int descriptor, std::int64_t bytes) {
  const auto length = static_cast<std::size_t>(bytes);
  void* address = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (address == MAP_FAILED) return nullptr;
  madvise(address, length, MADV_HUGEPAGE);  // if the kernel supports it for shared memory; otherwise ignored
  return {static_cast<std::byte*>(address), [length](std::byte* begin) { munmap(begin, length); }};
}

}  // namespace

MemoryFile::MemoryFile(std::int64_t bytes) : descriptor_(memfd_create("galen", MFD_CLOEXEC)), bytes_(bytes) {
  if (descriptor_ < 0 || ftruncate(descriptor_, bytes) != 0) {
    const int reason = errno;
    if (descriptor_ >= 0) close(descriptor_);
    throw Error("{} MiB of shared memory cannot be allocated ({}).", bytes >> 20, std::strerror(reason));
  }
}

MemoryFile::~MemoryFile() { close(descriptor_); }

MemoryFileName MemoryFile::name() const {
  struct stat status {};
  fstat(descriptor_, &status);
  return {getpid(), descriptor_, static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino)};
}

std::shared_ptr<std::byte> MemoryFile::map() const { return map_descriptor(descriptor_, bytes_); }

std::shared_ptr<std::byte> MemoryFile::open(const MemoryFileName& name, std::int64_t bytes) {
  const std::string path = fmt::format("/proc/{}/fd/{}", name.process, name.descriptor);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  struct stat status {};
  std::shared_ptr<std::byte> memory;
  const bool meant = fstat(descriptor, &status) == 0 && static_cast<std::int64_t>(status.st_dev) == name.device &&
                     static_cast<std::int64_t>(status.st_ino) == name.inode && status.st_size == bytes;
  if (meant) memory = map_descriptor(descriptor, bytes);
  close(descriptor);
  return memory;
}

}  // namespace galen::comm
