#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace galen::comm {

/// What another process on the machine needs to map the same memory.
struct MemoryFileName {
  std::int64_t process = 0;
  std::int64_t descriptor = 0;
  std::int64_t device = 0;
  std::int64_t inode = 0;
};

/// Anonymous kernel memory that several processes map. It has no name in a file system: nothing is left behind when a process ends, and
/// the size of /dev/shm (64 MiB in many containers) is no limit.
class MemoryFile {
 public:
  /// Zero-filled memory of `bytes` > 0. Throws galen::Error if the kernel refuses.
  explicit MemoryFile(std::int64_t bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// For open(); valid while this object exists.
  MemoryFileName name() const;

  /// Maps it; the mapping outlives this object. Null if the kernel refuses.
  std::shared_ptr<std::byte> map() const;

  /// Maps the memory of another process. Null if that process is not visible from here, or is not the intended one (a container
  /// has its own process numbers).
  static std::shared_ptr<std::byte> open(const MemoryFileName& name, std::int64_t bytes);

 private:
  int descriptor_ = -1;
  std::int64_t bytes_ = 0;
};

}  // namespace galen::comm
