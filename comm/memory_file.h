#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace galen::comm {

/// What another process of the machine needs to map the same memory.
struct MemoryFileName {
  std::int64_t process = 0;
  std::int64_t descriptor = 0;
  std::int64_t device = 0;
  std::int64_t inode = 0;
};

/// Memory of the kernel that several processes map. It has no name in any file system: nothing is left behind however a process ends, and
/// the size of /dev/shm (64 MiB in many containers) is no limit.
class MemoryFile {
 public:
  /// Zero-filled memory of `bytes` > 0. Throws galen::Error where the kernel refuses.
  explicit MemoryFile(std::int64_t bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  /// For open(), as long as this object lives.
  MemoryFileName name() const;

  /// Maps it; the mapping outlives this object. Null where the kernel refuses.
  std::shared_ptr<std::byte> map() const;

  /// Maps the memory of another process. Null where that process cannot be seen from here, or is not the one that was meant (a container
  /// has process numbers of its own).
  static std::shared_ptr<std::byte> open(const MemoryFileName& name, std::int64_t bytes);

 private:
  int descriptor_ = -1;
  std::int64_t bytes_ = 0;
};

}  // namespace galen::comm
